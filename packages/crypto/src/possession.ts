/**
 * Proofs of possession: whoever registers a key shows that it knows the secret behind it. Without them a validator could
 * register a key computed from the others' keys and sign for their sum alone (Ristenpart and Yilek, EUROCRYPT 2007).
 *
 * A Schnorr proof in the group of the key, without a cofactor:
 *
 * 1. Draw w; R = w·B. 2. c = H(tag ‖ kind ‖ chain name ‖ identity ‖ key ‖ u32 key epoch ‖ R). 3. s = w + c·x; the proof is R ‖ s.
 * 4. Verify that the key has prime order and that the encoding of s·B - c·key is R, byte for byte.
 *
 * Because c binds identity and chain, a proof cannot be registered by somebody else or elsewhere.
 * @module
 */
import { equalBytes, numberToBytesBE } from '@noble/curves/utils.js';
import { concatBytes, randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { type Curve, ORDER } from './edwards25519.ts';
import { assertInteger, assertLength, orUndefined } from './error.ts';
import { decodeScalar, encodeScalar, type Rng } from './group/scalar.ts';
import type { Group } from './group.ts';
import { type KeyGroups, type KeyKind, multiplyBase, nobleGroups } from './key-groups.ts';
import { secretScalar } from './keys.ts';
import { hedgedNonce } from './nonce.ts';
import { hashToScalar } from './transcript.ts';

export { CryptoError, type CryptoErrorCode } from './error.ts';
export type { KeyGroups, KeyKind } from './key-groups.ts';

/** Bytes of a proof: 64. */
export const PROOF_LENGTH = 64;

/** What a proof of possession binds beside the key. */
export interface Registration {
  /** What the key is for. */
  readonly kind: KeyKind;
  /** 32 bytes. */
  readonly chainName: Uint8Array;
  /** The identity key of the validator, 32 bytes; for an identity key, the key itself. */
  readonly identity: Uint8Array;
  /** u32. */
  readonly keyEpoch: number;
}

/**
 * Proves possession of the secret behind a key.
 * @param registration - what the proof is bound to
 * @param secret - 32 bytes, as `deriveKey` of `@ios/crypto/keys` gives them
 * @param rng - source of 32 random bytes; the nonce is hedged, so that a poor source repeats no nonce
 * @param groups - where to compute
 * @returns 64 bytes, R ‖ s
 * @throws CryptoError `bad-length`, `out-of-range` or `zero-scalar`
 */
export const provePossession = (
  registration: Registration,
  secret: Uint8Array,
  rng: Rng = randomBytes,
  groups: KeyGroups = nobleGroups,
): Uint8Array => {
  assertRegistration(registration);
  assertLength(registration.identity, 32, 'identity');
  const { kind } = registration;
  const x = secretScalar(kind, secret);
  const key = multiplyBase(kind, x, groups);
  const bound = boundParts(registration, key);
  const w = hedgedNonce(ORDER, 'ios/crypto/v1/possession-nonce', x, rng, ...bound);
  const R = multiplyBase(kind, w, groups);
  const c = hashToScalar(ORDER, TAG, ...bound, R);
  return concatBytes(R, encodeScalar(ORDER, (w + c * x) % ORDER));
};

/**
 * Whether a proof of possession holds. The identity, the key and the proof are a peer's bytes, of any length; wrong ones
 * give false. True implies that the key is canonical, of prime order and not the identity.
 * @param registration - what the proof must be bound to
 * @param key - the key that is registered, 32 bytes
 * @param proof - 64 bytes, R ‖ s
 * @param groups - where to compute
 * @throws CryptoError `bad-length` for the chain name, `out-of-range` for the key epoch
 */
export const verifyPossession = (
  registration: Registration,
  key: Uint8Array,
  proof: Uint8Array,
  groups: KeyGroups = nobleGroups,
): boolean => {
  assertRegistration(registration);
  const { kind, identity } = registration;
  if (identity.length !== 32) return false;
  if (kind === 'identity' && !equalBytes(identity, key)) return false;
  const R = proof.subarray(0, 32);
  const c = hashToScalar(ORDER, TAG, ...boundParts(registration, key), R);
  // The decoders refuse keys and responses of other lengths.
  const expected = orUndefined(() => {
    const scalars = [decodeScalar(ORDER, proof.subarray(32)), (ORDER - c) % ORDER];
    return kind === 'share'
      ? combineElements(groups.ristretto255, key, scalars)
      : combinePoints(groups.edwards25519, key, scalars);
  });
  return expected !== undefined && equalBytes(expected, R);
};

const TAG = 'ios/crypto/v1/possession';

const assertRegistration = ({ chainName, keyEpoch }: Registration): void => {
  assertLength(chainName, 32, 'chain name');
  assertInteger(keyEpoch, 0, 2 ** 32 - 1, 'key epoch');
};

const boundParts = ({ kind, chainName, identity, keyEpoch }: Registration, key: Uint8Array): Uint8Array[] => [
  utf8ToBytes(kind),
  chainName,
  identity,
  key,
  numberToBytesBE(keyEpoch, 4),
];

/** The encoding of s·B - c·key on the curve, of scalars s and -c; undefined for the identity and for a key not of prime order. */
const combinePoints = (curve: Curve, key: Uint8Array, scalars: readonly bigint[]): Uint8Array | undefined => {
  const point = curve.fromBytes(key);
  if (point === undefined || !curve.isPrimeOrder(point)) return undefined;
  const sum = curve.multiScalarMultiply([curve.base, point], scalars);
  return sum.is0() ? undefined : sum.toBytes();
};

/** The same in ristretto255, where every element but the identity has prime order. */
const combineElements = (group: Group, key: Uint8Array, scalars: readonly bigint[]): Uint8Array | undefined => {
  const element = group.fromBytes(key);
  if (group.identity.equals(element)) return undefined;
  const sum = group.multiScalarMultiply([group.base, element], scalars);
  return group.identity.equals(sum) ? undefined : sum.toBytes();
};
