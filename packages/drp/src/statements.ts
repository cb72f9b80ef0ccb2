import { type BatchVerifier, nobleBatchVerifier } from '@ios/crypto/ed25519';
import { taggedHash } from '@ios/crypto/transcript';
import type { DealingContext, PvssScheme } from './scheme.ts';

/** One Ed25519 signature to be checked under ZIP215: key 32 bytes, signature 64 bytes. */
export interface SignatureClaim {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** One dealing to be checked. */
export interface DealingClaim {
  readonly context: DealingContext;
  readonly dealing: Uint8Array;
}

/** One decrypted share to be checked. */
export interface ShareClaim extends DealingClaim {
  /** Place of the receiver in its group, from 0. */
  readonly index: number;
  readonly share: Uint8Array;
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
