import { verify } from '@ios/crypto/ed25519';
import { taggedHash } from '@ios/crypto/transcript';
import { equalBytes } from '@noble/curves/utils.js';
import * as P from 'micro-packed';
import type { SignatureClaim } from './statements.ts';

/**
 * A signed dealing is the dealing and 64 bytes of signature by the dealer's identity key; its length follows from scheme,
 * size of the group and threshold.
 */
export const SIGNATURE_LENGTH = 64;

/** What stands for a signed dealing in a selection, 32 bytes: H(tag ‖ signed dealing). */
export const dealingDigest = (signedDealing: Uint8Array): Uint8Array =>
  taggedHash('ios/drp/v1/signed-dealing', signedDealing);

/** What a dealer signs, 32 bytes: H(tag ‖ session ‖ dealer's identity ‖ H(tag ‖ dealing)). */
export const dealingStatement = (session: Uint8Array, dealer: Uint8Array, dealing: Uint8Array): Uint8Array =>
  statementOf(session, dealer, contentDigest(dealing));

/** Dealing and signature of a signed dealing. */
export const splitDealing = (signedDealing: Uint8Array): { dealing: Uint8Array; signature: Uint8Array } => ({
  dealing: signedDealing.subarray(0, -SIGNATURE_LENGTH),
  signature: signedDealing.subarray(-SIGNATURE_LENGTH),
});

/** The claim that the signature of a signed dealing makes. */
export const dealingClaim = (session: Uint8Array, dealer: Uint8Array, signedDealing: Uint8Array): SignatureClaim => {
  const { dealing, signature } = splitDealing(signedDealing);
  return { publicKey: dealer, message: dealingStatement(session, dealer, dealing), signature };
};

/** Two signed dealings of one dealer in one session: what no honest dealer makes. */
export interface Evidence {
  /** 32 bytes. */
  readonly session: Uint8Array;
  /** Identity key, 32 bytes. */
  readonly dealer: Uint8Array;
  /** H(tag ‖ dealing), 32 bytes, ascending, and the signature of each, 64 bytes. */
  readonly dealings: readonly [SignedDigest, SignedDigest];
}

/** What a dealing hashes to, 32 bytes, and the signature over it, 64 bytes. */
export interface SignedDigest {
  readonly digest: Uint8Array;
  readonly signature: Uint8Array;
}

/** Evidence from two signed dealings, or undefined where they are one dealing, signed twice perhaps. */
export const evidenceOf = (
  session: Uint8Array,
  dealer: Uint8Array,
  signedDealings: readonly [Uint8Array, Uint8Array],
): Evidence | undefined => {
  const [a, b] = signedDealings.map((signed): SignedDigest => {
    const { dealing, signature } = splitDealing(signed);
    return { digest: contentDigest(dealing), signature };
  }) as [SignedDigest, SignedDigest];
  if (equalBytes(a.digest, b.digest)) return undefined;
  return { session, dealer, dealings: isBefore(a.digest, b.digest) ? [a, b] : [b, a] };
};

const signedDigest = P.struct({ digest: P.bytes(32), signature: P.bytes(64) });
const evidence: P.CoderType<Evidence> = /* @__PURE__ */ P.validate(
  P.struct({
    session: P.bytes(32),
    dealer: P.bytes(32),
    dealings: P.tuple([signedDigest, signedDigest]),
  }) as unknown as P.CoderType<Evidence>,
  (value) => {
    if (!isBefore(value.dealings[0].digest, value.dealings[1].digest)) throw new Error('digests ascend');
    return value;
  },
);

/** The one encoding of evidence, 256 bytes. */
export const encodeEvidence = (value: Evidence): Uint8Array => evidence.encode(value);

/** Decodes evidence strictly, or undefined. */
export const decodeEvidence = (bytes: Uint8Array): Evidence | undefined => {
  try {
    return evidence.decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * Whether the dealer that the evidence names signed two dealings for its session.
 * @param isSigned - checks one Ed25519 signature; noble's when left out
 */
export const verifyEvidence = ({ session, dealer, dealings }: Evidence, isSigned: typeof verify = verify): boolean =>
  isBefore(dealings[0].digest, dealings[1].digest) &&
  dealings.every(({ digest, signature }) => isSigned(signature, statementOf(session, dealer, digest), dealer));

const contentDigest = (dealing: Uint8Array): Uint8Array => taggedHash('ios/drp/v1/dealing', dealing);

const statementOf = (session: Uint8Array, dealer: Uint8Array, digest: Uint8Array): Uint8Array =>
  taggedHash('ios/drp/v1/deal', session, dealer, digest);

const isBefore = (a: Uint8Array, b: Uint8Array): boolean => {
  const place = a.findIndex((byte, i) => byte !== b[i]);
  return place >= 0 && a[place]! < b[place]!;
};
