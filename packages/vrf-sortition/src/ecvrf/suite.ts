import type { CurvePoint } from '@ios/crypto/edwards25519';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';

/**
 * A ciphersuite of RFC 9381, section 5.5: `tai` is ECVRF-EDWARDS25519-SHA512-TAI, `ell2` ECVRF-EDWARDS25519-SHA512-ELL2.
 * They differ in how alpha becomes a point: by trial, or by the Elligator 2 map, which never fails.
 */
export type EcvrfSuite = 'tai' | 'ell2';

/** suite_string: one byte (section 5.5). */
export const SUITE_STRING: Readonly<Record<EcvrfSuite, number>> = /* @__PURE__ */ Object.freeze({ tai: 3, ell2: 4 });

/** cLen: bytes of a challenge. */
export const CHALLENGE_LENGTH = 16;

/**
 * ECVRF_challenge_generation (section 5.4.3) over the encodings of Y, H, Gamma, U and V.
 * @returns from 0 to 2^128 - 1
 */
export const challenge = (suite: EcvrfSuite, ...points: readonly Uint8Array[]): bigint => {
  const hash = sha512(concatBytes(Uint8Array.of(SUITE_STRING[suite], 2), ...points, Uint8Array.of(0)));
  return bytesToNumberLE(hash.subarray(0, CHALLENGE_LENGTH));
};

/**
 * beta, the output of the function, from Gamma (section 5.2, steps 5 to 7). It hashes 8·Gamma: whatever torsion a prover
 * adds to Gamma changes nothing.
 * @returns 64 bytes
 */
export const outputOf = (suite: EcvrfSuite, gamma: CurvePoint): Uint8Array =>
  sha512(concatBytes(Uint8Array.of(SUITE_STRING[suite], 3), timesCofactor(gamma).toBytes(), Uint8Array.of(0)));

/** Eight times a public point, whatever its order. */
export const timesCofactor = (point: CurvePoint): CurvePoint => {
  const twice = point.add(point);
  const fourTimes = twice.add(twice);
  return fourTimes.add(fourTimes);
};
