import { equalBytes, numberToBytesLE } from '@noble/curves/utils.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { ed25519Challenge, noncesOf, scalarsOf } from './challenge.ts';
import type { Curve } from './curve.ts';
import { CosiError } from './errors.ts';
import { keyOf } from './roster.ts';
import { decodeScalar, sumOfScalars } from './scalars.ts';
import type { Challenge, Entry, Roster } from './scheme.ts';

/** Whether sB = D + bE + cX, without a cofactor: so D + bE has prime order where it holds, as B and X have. */
export const isResponse = (
  curve: Curve,
  roster: Roster,
  challenge: Challenge,
  index: number,
  s: Uint8Array,
): boolean => {
  const X = keyOf(curve, roster, index);
  const place = challenge.list.findIndex((own) => own.index === index);
  const scalar = decodeScalar(curve.order, s);
  if (X === undefined || place < 0 || scalar === undefined) return false;
  const nonces = noncesOf(curve, challenge, place);
  if (nonces === undefined) return false;
  const { D, E } = nonces;
  const { b, c } = scalarsOf(curve, roster, challenge);
  // E may have torsion, for which ℓ - b is not -b: so the point is negated, not the scalar.
  return curve.multiScalarMultiply([curve.base, E.negate(), X.negate()], [scalar, b, c]).equals(D);
};

/** Whether D and E of an entry are canonical points of prime order. */
export const isEntrySound = (curve: Curve, { D, E }: Entry): boolean =>
  [D, E].every((nonce) => {
    const point = curve.fromBytes(nonce);
    return point !== undefined && curve.isPrimeOrder(point);
  });

/**
 * R ‖ Σs mod ℓ, 64 bytes.
 * @throws CosiError `out-of-range` unless each response is a scalar below ℓ in 32 bytes, and there are as many as entries
 */
export const combine = (curve: Curve, { R, list }: Challenge, responses: readonly Uint8Array[]): Uint8Array => {
  if (responses.length !== list.length) {
    throw new CosiError('out-of-range', 'there is one response for each entry', {
      expected: list.length,
      actual: responses.length,
    });
  }
  const total = sumOfScalars(curve.order, responses);
  if ('bad' in total) throw new CosiError('out-of-range', 'a response is not a scalar', { place: total.bad });
  return concatBytes(R, numberToBytesLE(total.sum, 32));
};

/** Whether the encoding of sB - cA is R, byte for byte: what verifiers without the cofactor ask. */
export const isSignature = (curve: Curve, challenge: Challenge, signature: Uint8Array): boolean => {
  if (!equalBytes(signature.subarray(0, 32), challenge.R)) return false;
  const s = decodeScalar(curve.order, signature.subarray(32));
  const A = curve.fromBytes(challenge.A);
  if (s === undefined || A === undefined) return false;
  const c = ed25519Challenge(curve, challenge);
  return equalBytes(curve.multiScalarMultiply([curve.base, A.negate()], [s, c]).toBytes(), challenge.R);
};
