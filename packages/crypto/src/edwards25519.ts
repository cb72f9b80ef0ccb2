/**
 * Points of edwards25519 as keys and nonces: strict decoding, and the tests that keep small-order and mixed-order points
 * out. The curve has 8ℓ points; ed25519's own verification rule (ZIP215, `@ios/crypto/ed25519`) lives with all of them,
 * sums of keys and proofs about keys do not.
 * @module
 */
import type { EdwardsPoint } from '@noble/curves/abstract/edwards.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { assertLength, CryptoError, orUndefined } from './error.ts';
import { sumOfMultiples } from './group/multi-scalar.ts';
import { assertTerms } from './group/scalar.ts';

export { CryptoError, type CryptoErrorCode } from './error.ts';

/** A point of the curve, of any of the 8ℓ; noble's own, with `add`, `multiply`, `equals`, `toBytes`. */
export type Point = EdwardsPoint;

/** The prime ℓ = 2^252 + 27742317777372353535851937790883648493: order of the base point (RFC 8032, section 5.1). */
export const ORDER: bigint = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

/** The base point B, of order ℓ (RFC 8032, section 5.1). */
export const BASE: Point = /* @__PURE__ */ (() => ed25519.Point.BASE)();

/** The neutral point (0, 1). */
export const IDENTITY: Point = /* @__PURE__ */ (() => ed25519.Point.ZERO)();

/**
 * The point that 32 bytes encode, if they are its one encoding: y < 2^255 - 19, and no sign on x = 0 (RFC 8032, section
 * 5.1.3). Points of small and mixed order pass: see {@link decodePrimeOrderPoint}.
 * @throws CryptoError `bad-length`, or `bad-encoding` for bytes that are not the canonical encoding of a point
 */
export const decodePoint = (bytes: Uint8Array): Point => {
  assertLength(bytes, 32, 'point');
  try {
    return ed25519.Point.fromBytes(bytes);
  } catch (cause) {
    throw new CryptoError('bad-encoding', 'not the canonical encoding of a point', {}, cause);
  }
};

/**
 * The point of order exactly ℓ that 32 bytes encode: {@link decodePoint}, and neither the identity nor any torsion.
 * Costs a full multiplication.
 * @throws CryptoError `bad-length`, or `bad-encoding` also for points of another order
 */
export const decodePrimeOrderPoint = (bytes: Uint8Array): Point => {
  const point = decodePoint(bytes);
  if (!isPrimeOrder(point)) throw new CryptoError('bad-encoding', 'the point does not have prime order');
  return point;
};

/**
 * Whether bytes may enter a ledger as the key of an owner: 32 bytes, canonical, not of small order. Never throws.
 * Eight times such a key is never the identity, so a signature under it says something about its message.
 */
export const isValidKey = (bytes: Uint8Array): boolean => {
  const point = orUndefined(() => decodePoint(bytes));
  return point !== undefined && !point.isSmallOrder();
};

/**
 * Whether bytes may enter a ledger as the key of a validator: 32 bytes, canonical, of order exactly ℓ. Never throws.
 * Sums of such keys behave alike under cofactored and cofactorless verification.
 */
export const isPrimeOrderKey = (bytes: Uint8Array): boolean => {
  const point = orUndefined(() => decodePoint(bytes));
  return point !== undefined && isPrimeOrder(point);
};

/** Whether a point has order exactly ℓ: not the identity, no torsion component. */
export const isPrimeOrder = (point: Point): boolean => !point.is0() && point.isTorsionFree();

/** The sum of points; of none, the identity. */
export const sumPoints = (points: Iterable<Point>): Point => {
  let sum = IDENTITY;
  for (const point of points) sum = sum.add(point);
  return sum;
};

/**
 * Σ scalars[i] · points[i] of public scalars, in variable time; of none, the identity.
 * @param points - any points, as many as scalars
 * @param scalars - each from 0 to ℓ - 1; short ones cost less
 * @throws CryptoError `bad-length` or `out-of-range`
 */
export const multiScalarMultiply = (points: readonly Point[], scalars: readonly bigint[]): Point => {
  assertTerms(ORDER, points, scalars);
  return sumOfMultiples(IDENTITY, points, scalars);
};
