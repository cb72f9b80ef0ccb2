import type { Curve } from '@ios/crypto/edwards25519';
import { encodeToCurve } from './encode-to-curve.ts';
import { type BatchableProof, decodeKey, decodeProof } from './proof.ts';
import { challenge, type EcvrfSuite } from './suite.ts';

/**
 * ECVRF_verify (section 5.3), steps 1 to 11: what a valid proof says, with the commitments U and V that its challenge
 * hashes; undefined for a proof or key that is not valid. The equations are exact: torsion is not ignored.
 */
export const openProof = (
  suite: EcvrfSuite,
  curve: Curve,
  publicKey: Uint8Array,
  alpha: Uint8Array,
  pi: Uint8Array,
): BatchableProof | undefined => {
  // Steps 1 to 3: string_to_point, ECVRF_validate_key.
  const Y = decodeKey(curve, publicKey);
  // Steps 4 to 6: ECVRF_decode_proof.
  const proof = Y === undefined ? undefined : decodeProof(curve, pi);
  if (Y === undefined || proof === undefined) return undefined;
  const { gamma, c, s } = proof;
  // Step 7.
  const H = encodeToCurve(suite, curve, publicKey, alpha);
  // Step 8: U = s·B - c·Y. The point is negated, not the scalar: (ℓ - c)·Y is another point if Y has torsion.
  const U = curve.multiScalarMultiply([curve.base, Y.negate()], [s, c]);
  // Step 9: V = s·H - c·Gamma.
  const V = curve.multiScalarMultiply([H, gamma.negate()], [s, c]);
  // Steps 10 and 11.
  const own = challenge(suite, publicKey, H.toBytes(), gamma.toBytes(), U.toBytes(), V.toBytes());
  return own === c ? { gamma, U, V, s } : undefined;
};
