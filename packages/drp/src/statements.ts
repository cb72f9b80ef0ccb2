import { type BatchVerifier, nobleBatchVerifier } from '@ios/crypto/ed25519';
import { taggedHash } from '@ios/crypto/transcript';
import type { DealingClaim, PvssScheme, ShareClaim } from '@ios/pvss';

/** One Ed25519 signature to be checked under ZIP215: key 32 bytes, signature 64 bytes. */
export interface SignatureClaim {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** What a `verify` effect asks: whether all of these hold. Plain data; contexts may be shared between claims. */
export interface Statement {
  readonly signatures: readonly SignatureClaim[];
  readonly dealings: readonly DealingClaim[];
  readonly shares: readonly ShareClaim[];
}

/** What checks statements. */
export interface StatementVerifier {
  readonly scheme: Pick<PvssScheme, 'verifyDealings' | 'verifyShares'>;
  /** For signatures; noble's when left out. */
  readonly signatures?: BatchVerifier;
}

/**
 * Answers a `verify` effect.
 * @param freshBytes - 32 bytes that were drawn after the statement was made and that nobody could foresee
 * @returns whether every claim holds; never throws on a peer's bytes
 */
export const checkStatement = (
  { scheme, signatures = nobleBatchVerifier }: StatementVerifier,
  statement: Statement,
  freshBytes: Uint8Array,
): boolean => {
  const freshFor = (part: string): Uint8Array => taggedHash(`ios/drp/v1/fresh/${part}`, freshBytes);
  return (
    (statement.signatures.length === 0 || signatures.verify(statement.signatures, freshFor('signatures'))) &&
    (statement.dealings.length === 0 || scheme.verifyDealings(statement.dealings, freshFor('dealings')).length === 0) &&
    (statement.shares.length === 0 || scheme.verifyShares(statement.shares, freshFor('shares')).length === 0)
  );
};
