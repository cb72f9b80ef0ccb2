import type { Curve, CurvePoint } from '@ios/crypto/edwards25519';
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js';
import { bytesToNumberBE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { type EcvrfSuite, SUITE_STRING, timesCofactor } from './suite.ts';

/**
 * ECVRF_encode_to_curve: the point H of prime order for a key and an input, both public.
 * @param publicKey - the salt, 32 bytes: the encoding of Y
 * @param alpha - any length
 */
export const encodeToCurve = (suite: EcvrfSuite, curve: Curve, publicKey: Uint8Array, alpha: Uint8Array): CurvePoint =>
  (suite === 'tai' ? tryAndIncrement : elligator2)(curve, publicKey, alpha);

/** ECVRF_encode_to_curve_try_and_increment (section 5.4.1.1): each counter succeeds with probability about one half. */
const tryAndIncrement = (curve: Curve, publicKey: Uint8Array, alpha: Uint8Array): CurvePoint => {
  // 256 failures in a row have probability 2^-256 or so; the RFC has no answer to them either.
  for (let counter = 0; ; counter++) {
    const text = concatBytes(Uint8Array.of(SUITE_STRING.tai, 1), publicKey, alpha, Uint8Array.of(counter, 0));
    const point = curve.fromBytes(sha512(text).subarray(0, 32));
    if (point === undefined) continue;
    const cleared = timesCofactor(point);
    if (!cleared.is0()) return cleared;
  }
};

/** ECVRF_encode_to_curve_h2c_suite (section 5.4.1.2): RFC 9380's edwards25519_XMD:SHA-512_ELL2_NU_. */
const elligator2 = (curve: Curve, publicKey: Uint8Array, alpha: Uint8Array): CurvePoint => {
  const tag = concatBytes(utf8ToBytes('ECVRF_edwards25519_XMD:SHA-512_ELL2_NU_'), Uint8Array.of(SUITE_STRING.ell2));
  // hash_to_field (RFC 9380, section 5.2) with count 1, m 1 and L 48.
  const uniform = expand_message_xmd(concatBytes(publicKey, alpha), tag, 48, sha512);
  const fieldElement = numberToBytesLE(bytesToNumberBE(uniform) % FIELD_ORDER, 32);
  return timesCofactor(curve.mapToCurve(fieldElement));
};

/** p = 2^255 - 19. */
const FIELD_ORDER = 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffedn;
