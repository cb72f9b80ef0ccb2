import { ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import type { SignedMessage } from '../ed25519.ts';
import { BASE, decodePoint, ORDER, type Point } from '../edwards25519.ts';
import { encodeScalar } from '../group/scalar.ts';
import { secretScalar } from '../keys.ts';

/** The eight points of order dividing 8; the first is the identity. */
export const TORSION: readonly Point[] = /* @__PURE__ */ (() =>
  ED25519_TORSION_SUBGROUP.map((hex) => decodePoint(hexToBytes(hex))))();

/**
 * A signature by a key with a torsion component, or with such a nonce: valid under ZIP215, and accepted by verifiers
 * without the cofactor only if the components happen to cancel.
 * @param message - any length
 * @param seed - 32 bytes
 * @param inKey - the torsion added to the public key
 * @param inNonce - the torsion added to R
 */
export const signWithTorsion = (message: Uint8Array, seed: Uint8Array, inKey: Point, inNonce: Point): SignedMessage => {
  const a = secretScalar('identity', seed);
  const r = bytesToNumberLE(sha512(concatBytes(seed, message))) % ORDER;
  const publicKey = BASE.multiply(a).add(inKey).toBytes();
  const R = BASE.multiply(r).add(inNonce).toBytes();
  const k = bytesToNumberLE(sha512(concatBytes(R, publicKey, message))) % ORDER;
  return { publicKey, message, signature: concatBytes(R, encodeScalar(ORDER, (r + k * a) % ORDER)) };
};
