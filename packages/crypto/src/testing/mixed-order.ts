import { ED25519_TORSION_SUBGROUP } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import type { SignedMessage } from '../ed25519.ts';
import { type CurvePoint, edwards25519, ORDER } from '../edwards25519.ts';
import { encodeScalar } from '../group/scalar.ts';
import { secretScalar } from '../keys.ts';

/** The eight points of order dividing 8, over noble; the first is the identity. */
export const TORSION: readonly CurvePoint[] = /* @__PURE__ */ (() =>
  ED25519_TORSION_SUBGROUP.map((hex) => edwards25519.fromBytes(hexToBytes(hex))!))();

/**
 * A signature by a key with a torsion component, or with such a nonce: valid under ZIP215, and accepted by verifiers
 * without the cofactor only if the components happen to cancel.
 * @param message - any length
 * @param seed - 32 bytes
 * @param inKey - the torsion added to the public key, one of {@link TORSION}
 * @param inNonce - the torsion added to R, one of {@link TORSION}
 */
export const signWithTorsion = (
  message: Uint8Array,
  seed: Uint8Array,
  inKey: CurvePoint,
  inNonce: CurvePoint,
): SignedMessage => {
  const a = secretScalar('identity', seed);
  const r = bytesToNumberLE(sha512(concatBytes(seed, message))) % ORDER;
  const publicKey = edwards25519.multiplyBase(a).add(inKey).toBytes();
  const R = edwards25519.multiplyBase(r).add(inNonce).toBytes();
  const k = bytesToNumberLE(sha512(concatBytes(R, publicKey, message))) % ORDER;
  return { publicKey, message, signature: concatBytes(R, encodeScalar(ORDER, (r + k * a) % ORDER)) };
};

/** 2^255 - 19. */
const P = /* @__PURE__ */ (() => 2n ** 255n - 19n)();
const SIGN = /* @__PURE__ */ (() => 2n ** 255n)();

/** Encodings of points that a permissive decoder alone takes: all y from p on, and a sign on x = 0. */
export const NON_CANONICAL: readonly Uint8Array[] = /* @__PURE__ */ (() =>
  [...Array.from({ length: 19 }, (_, y) => P + BigInt(y)).flatMap((y) => [y, y + SIGN]), 1n + SIGN, P - 1n + SIGN].map(
    (y) => numberToBytesLE(y, 32),
  ))();

/** 32 bytes that decode to no point, not even permissively: a y without an x. */
export const NO_POINT: Uint8Array = /* @__PURE__ */ (() => {
  for (let y = 2; ; y++) {
    const bytes = numberToBytesLE(y, 32);
    if (edwards25519.fromBytes(bytes) === undefined) return bytes;
  }
})();

/** The eight points of small order, and their encodings that are not canonical: y + p, or a sign on x = 0. */
export const SMALL_ORDER: readonly Uint8Array[] = /* @__PURE__ */ (() => {
  const odd = [1n + SIGN, P, P + SIGN, P + 1n, P + 1n + SIGN, P - 1n + SIGN];
  return [...TORSION.map((point) => point.toBytes()), ...odd.map((y) => numberToBytesLE(y, 32))];
})();
