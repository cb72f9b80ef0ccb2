/**
 * The curve edwards25519 as protocols need it: {@link Curve} and {@link CurvePoint} are all that they may assume, and
 * {@link edwards25519} is the instance over noble. Other implementations (WebAssembly) pass the same suite, `curveSuite` of
 * `@ios/crypto/testing`.
 *
 * The curve has 8ℓ points; Ed25519's own verification rule (ZIP215, `@ios/crypto/ed25519`) lives with all of them, sums of
 * keys and proofs about keys do not. Hence the strict decoding, and the tests that keep small-order and mixed-order points
 * out.
 * @module
 */
import type { EdwardsPoint } from '@noble/curves/abstract/edwards.js';
import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, equalBytes } from '@noble/curves/utils.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import { verify } from './ed25519/verify.ts';
import { mapToCurve } from './edwards25519/elligator2.ts';
import { assertLength, CryptoError } from './error.ts';
import { sumOfMultiples } from './group/multi-scalar.ts';
import { assertTerms } from './group/scalar.ts';

export { CryptoError, type CryptoErrorCode } from './error.ts';

/** A point of one {@link Curve}, of any of the 8ℓ, immutable. Points of two implementations never mix. */
export interface CurvePoint {
  add(other: CurvePoint): CurvePoint;
  subtract(other: CurvePoint): CurvePoint;
  negate(): CurvePoint;
  /**
   * The multiple of a point of any order that may take a secret: as even in time as the implementation can make it.
   * @param secret - from 1 to ℓ - 1
   * @throws Error for other scalars
   */
  multiply(secret: bigint): CurvePoint;
  equals(other: CurvePoint): boolean;
  /** Whether it is the neutral point. */
  is0(): boolean;
  /** The one encoding, 32 bytes, a fresh array (RFC 8032, section 5.1.2). */
  toBytes(): Uint8Array;
}

/** edwards25519 with its base point of prime order ℓ, and the rule of Ed25519 signatures. */
export interface Curve {
  /** The prime ℓ: order of the base point. */
  readonly order: bigint;
  /** The base point B (RFC 8032, section 5.1). */
  readonly base: CurvePoint;
  /** The neutral point (0, 1). */
  readonly identity: CurvePoint;
  /**
   * secret · B, for what may be a secret: as even in time as the implementation can make it.
   * @param secret - from 1 to ℓ - 1
   * @throws Error for other scalars
   */
  multiplyBase(secret: bigint): CurvePoint;
  /**
   * Σ scalars[i] · points[i] of public scalars, in variable time; of none, the identity. Points may have torsion.
   * @param points - any points, as many as scalars
   * @param scalars - each from 0 to ℓ - 1; short ones cost less
   * @throws CryptoError `bad-length` or `out-of-range`
   */
  multiScalarMultiply(points: readonly CurvePoint[], scalars: readonly bigint[]): CurvePoint;
  /**
   * The point, of any order, whose one encoding the bytes are: 32 bytes, y < 2^255 - 19, no sign on x = 0 (RFC 8032,
   * section 5.1.3); undefined for all other bytes. Never throws.
   */
  fromBytes(bytes: Uint8Array): CurvePoint | undefined;
  /** Whether a point has order exactly ℓ: not the identity, no torsion component. */
  isPrimeOrder(point: CurvePoint): boolean;
  /**
   * `map_to_curve_elligator2_edwards25519` of RFC 9380, section 6.8.2: a point of any order, since the cofactor is not
   * cleared. In variable time, for public input.
   * @param fieldElement - 32 bytes, little-endian, below 2^255 - 19
   * @throws CryptoError `bad-length` or `out-of-range`
   */
  mapToCurve(fieldElement: Uint8Array): CurvePoint;
  /** Whether an Ed25519 signature (R ‖ S, 64 bytes) holds under ZIP215, as `verify` of `@ios/crypto/ed25519`. Never throws. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** The prime ℓ = 2^252 + 27742317777372353535851937790883648493: order of the base point (RFC 8032, section 5.1). */
export const ORDER: bigint = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;

/** The part of a {@link Curve} that judges keys. */
export type KeyCurve = Pick<Curve, 'fromBytes' | 'isPrimeOrder'>;

/** That part of {@link edwards25519} by itself: who asks no more carries no more. */
export const edwards25519Keys: KeyCurve = /* @__PURE__ */ (() =>
  Object.freeze<KeyCurve>({
    fromBytes: (bytes) => {
      try {
        return ed25519.Point.fromBytes(bytes);
      } catch {
        return undefined;
      }
    },
    isPrimeOrder: (point) => !point.is0() && (point as EdwardsPoint).isTorsionFree(),
  }))();

/** edwards25519 over noble: the portable default. */
export const edwards25519: Curve = /* @__PURE__ */ (() =>
  Object.freeze<Curve>({
    ...edwards25519Keys,
    order: ORDER,
    base: ed25519.Point.BASE,
    identity: ed25519.Point.ZERO,
    multiplyBase: (secret) => ed25519.Point.BASE.multiply(secret),
    multiScalarMultiply: (points, scalars) => {
      assertTerms(ORDER, points, scalars);
      return sumOfMultiples(ed25519.Point.ZERO, points as readonly EdwardsPoint[], scalars);
    },
    mapToCurve: (fieldElement) => {
      assertLength(fieldElement, 32, 'field element');
      const u = bytesToNumberLE(fieldElement);
      if (u >= ed25519.Point.Fp.ORDER) throw new CryptoError('out-of-range', 'a field element is below 2^255 - 19');
      return mapToCurve(u);
    },
    verify,
  }))();

/**
 * Whether bytes may enter a ledger as the key of an owner: 32 bytes, canonical, not of small order. Never throws.
 * Eight times such a key is never the identity, so a signature under it says something about its message.
 */
export const isValidKey = (bytes: Uint8Array, curve: Pick<KeyCurve, 'fromBytes'> = edwards25519Keys): boolean =>
  !smallOrder.some((own) => own[0] === bytes[0] && equalBytes(own, bytes)) && curve.fromBytes(bytes) !== undefined;

/**
 * Whether bytes may enter a ledger as the key of a validator: 32 bytes, canonical, of order exactly ℓ. Never throws.
 * Sums of such keys behave alike under cofactored and cofactorless verification.
 */
export const isPrimeOrderKey = (bytes: Uint8Array, curve: KeyCurve = edwards25519Keys): boolean => {
  const point = curve.fromBytes(bytes);
  return point !== undefined && curve.isPrimeOrder(point);
};

/** The canonical encodings of the eight points of small order. */
const smallOrder: readonly Uint8Array[] = /* @__PURE__ */ (() =>
  ED25519_TORSION_SUBGROUP.map((hex) => hexToBytes(hex)))();
