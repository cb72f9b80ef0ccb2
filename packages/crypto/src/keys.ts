/**
 * The four keys of a validator, all from one master secret: identity (Ed25519 signatures), vrf (lottery tickets),
 * cosigning (collective signatures) and share (secret sharing). Identity, vrf and cosigning keys are points of
 * edwards25519, share keys elements of ristretto255.
 *
 * 1. The bytes are HKDF-SHA-512 (RFC 5869) of the master secret, without salt, with
 *    info = `ios/keys/v1/<kind>` ‖ chain name ‖ u32 key epoch, big-endian.
 * 2. Identity and vrf take 32 bytes as a seed (RFC 8032, section 5.1.5). Cosigning and share take 64 bytes as a
 *    little-endian integer modulo ℓ; zero is refused.
 *
 * So a key belongs to one kind, one chain and one key epoch, and none of them tells anything about another.
 * @module
 */
import { bytesToNumberLE, numberToBytesBE } from '@noble/curves/utils.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { ORDER } from './edwards25519.ts';
import { assertInteger, assertLength, CryptoError } from './error.ts';
import { decodeScalar, encodeScalar } from './group/scalar.ts';
import { type KeyGroups, type KeyKind, multiplyBase, nobleGroups } from './key-groups.ts';

export { CryptoError, type CryptoErrorCode } from './error.ts';
export { type KeyGroups, type KeyKind, nobleGroups } from './key-groups.ts';

/** All kinds, in the order in which a validator registers them. */
export const KEY_KINDS: readonly KeyKind[] = /* @__PURE__ */ Object.freeze(['identity', 'vrf', 'cosigning', 'share']);

/** The fewest bytes of a master secret: 32. */
export const MIN_MASTER_LENGTH = 32;

/**
 * The secret of one key.
 * @param master - master secret, at least 32 bytes of full entropy
 * @param kind - what the key is for
 * @param chainName - 32 bytes
 * @param keyEpoch - u32; raised to replace a key
 * @returns 32 bytes: a seed (identity, vrf), or a scalar from 1 to ℓ - 1, little-endian (cosigning, share)
 * @throws CryptoError `bad-length`, `out-of-range`, or `zero-scalar` (probability 2^-252)
 */
export const deriveKey = (master: Uint8Array, kind: KeyKind, chainName: Uint8Array, keyEpoch: number): Uint8Array => {
  if (master.length < MIN_MASTER_LENGTH) {
    throw new CryptoError('bad-length', 'a master secret has at least 32 bytes', { actual: master.length });
  }
  assertLength(chainName, 32, 'chain name');
  assertInteger(keyEpoch, 0, 2 ** 32 - 1, 'key epoch');
  const info = concatBytes(utf8ToBytes(`ios/keys/v1/${kind}`), chainName, numberToBytesBE(keyEpoch, 4));
  const seeded = kind === 'identity' || kind === 'vrf';
  const bytes = hkdf(sha512, master, undefined, info, seeded ? 32 : 64);
  return seeded ? bytes : encodeScalar(ORDER, nonZero(bytesToNumberLE(bytes) % ORDER));
};

/**
 * The secret scalar behind a key: for a seed the clamped half of its SHA-512 modulo ℓ (RFC 8032, section 5.1.5; RFC 9381
 * uses the same), else the scalar itself.
 * @param kind - what the key is for
 * @param secret - 32 bytes, as {@link deriveKey} gives them
 * @returns from 1 to ℓ - 1
 * @throws CryptoError `bad-length`, `out-of-range` for a scalar that is not reduced, `zero-scalar`
 */
export const secretScalar = (kind: KeyKind, secret: Uint8Array): bigint => {
  assertLength(secret, 32, 'secret');
  return nonZero(kind === 'identity' || kind === 'vrf' ? clampedScalar(secret) : decodeScalar(ORDER, secret));
};

/**
 * The public key of a secret: scalar times base, on edwards25519 or, for share keys, in ristretto255.
 * @param kind - what the key is for
 * @param secret - 32 bytes, as {@link deriveKey} gives them
 * @param groups - where to compute
 * @returns 32 bytes
 * @throws CryptoError as {@link secretScalar}
 */
export const publicKey = (kind: KeyKind, secret: Uint8Array, groups: KeyGroups = nobleGroups): Uint8Array =>
  multiplyBase(kind, secretScalar(kind, secret), groups);

/** RFC 8032, section 5.1.5, steps 1 to 3: the lowest three bits cleared, bit 254 the highest set. */
const clampedScalar = (seed: Uint8Array): bigint => {
  const half = sha512(seed).subarray(0, 32);
  half[0]! &= 0xf8;
  half[31] = (half[31]! & 0x7f) | 0x40;
  return bytesToNumberLE(half) % ORDER;
};

const nonZero = (scalar: bigint): bigint => {
  if (scalar === 0n) throw new CryptoError('zero-scalar', 'a secret scalar must not be zero');
  return scalar;
};
