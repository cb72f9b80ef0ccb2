import type { Curve, CurvePoint } from '@ios/crypto/edwards25519';
import { secretScalar } from '@ios/crypto/keys';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { assertLength, VrfError } from '../errors.ts';
import { encodeToCurve } from './encode-to-curve.ts';
import { challenge, type EcvrfSuite } from './suite.ts';

/** A proof with everything that either form of it needs. */
export interface ProofParts {
  readonly H: CurvePoint;
  readonly gamma: CurvePoint;
  readonly U: CurvePoint;
  readonly V: CurvePoint;
  readonly c: bigint;
  readonly s: bigint;
}

/**
 * ECVRF_prove (section 5.1), steps 1 to 8. The secret scalar and the nonce meet points through the curve's `multiply` and
 * `multiplyBase` alone.
 * @throws VrfError `bad-length`; `zero-scalar` for a nonce of zero (probability 2^-252)
 */
export const proofParts = (suite: EcvrfSuite, curve: Curve, secretKey: Uint8Array, alpha: Uint8Array): ProofParts => {
  assertLength(secretKey, 32, 'secret key');
  const x = secretScalar('vrf', secretKey);
  const publicKey = curve.multiplyBase(x).toBytes();
  const H = encodeToCurve(suite, curve, publicKey, alpha);
  const hString = H.toBytes();
  const gamma = H.multiply(x);
  const k = nonce(curve, secretKey, hString);
  const [U, V] = [curve.multiplyBase(k), H.multiply(k)];
  const c = challenge(suite, publicKey, hString, gamma.toBytes(), U.toBytes(), V.toBytes());
  return { H, gamma, U, V, c, s: (k + c * x) % curve.order };
};

/** ECVRF_nonce_generation_RFC8032 (section 5.4.2.2). */
export const nonce = (curve: Curve, secretKey: Uint8Array, hString: Uint8Array): bigint => {
  const hashed = sha512(concatBytes(sha512(secretKey).subarray(32), hString));
  const k = bytesToNumberLE(hashed) % curve.order;
  if (k === 0n) throw new VrfError('zero-scalar', 'the nonce is zero');
  return k;
};
