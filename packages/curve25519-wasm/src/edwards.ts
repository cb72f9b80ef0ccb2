import type { BatchVerifier } from './batch.ts';
import type { Core } from './core.ts';
import { assertLength, CryptoError } from './error.ts';
import {
  baseMultiple,
  combined,
  encoded,
  holds,
  type Limbs,
  multiple,
  negated,
  result,
  sumOfMultiples,
  type Term,
} from './points.ts';
import { assertScalar, assertTerms, ORDER } from './scalar.ts';

/** A point of edwards25519 of any of the 8ℓ, immutable: the shape of `CurvePoint` in `@ios/crypto/edwards25519`. */
export interface CurvePoint {
  /** @throws CryptoError `wrong-group` */
  add(other: CurvePoint): CurvePoint;
  /** @throws CryptoError `wrong-group` */
  subtract(other: CurvePoint): CurvePoint;
  negate(): CurvePoint;
  /**
   * The multiple that may take a secret: a fixed sequence of point operations and look-ups that read whole tables. The
   * point may have any order.
   * @param secret - from 1 to `order - 1`
   * @throws CryptoError `out-of-range`
   */
  multiply(secret: bigint): CurvePoint;
  /** @throws CryptoError `wrong-group` */
  equals(other: CurvePoint): boolean;
  /** Whether it is the neutral point. */
  is0(): boolean;
  /** The encoding of RFC 8032, section 5.1.2: 32 bytes, a fresh array. */
  toBytes(): Uint8Array;
}

/** edwards25519 as a curve: the shape of `Curve` in `@ios/crypto/edwards25519`. */
export interface Curve {
  /** ℓ, the prime order of {@link base}. */
  readonly order: bigint;
  /** B of RFC 8032, section 5.1. */
  readonly base: CurvePoint;
  /** The neutral point. */
  readonly identity: CurvePoint;
  /**
   * secret · B, by the rules of `multiply`.
   * @param secret - from 1 to `order - 1`
   * @throws CryptoError `out-of-range`
   */
  multiplyBase(secret: bigint): CurvePoint;
  /**
   * Σ scalars[i] · points[i], in variable time: for public scalars only. The points may have any order; of none, the
   * identity.
   * @param points - as many as scalars
   * @param scalars - each from 0 to `order - 1`
   * @throws CryptoError `bad-length`, `out-of-range` or `wrong-group`
   */
  multiScalarMultiply(points: readonly CurvePoint[], scalars: readonly bigint[]): CurvePoint;
  /**
   * The point whose one encoding the bytes are: y below 2^255 - 19 and no sign on x = 0 (RFC 8032, section 5.1.3). Points
   * of any order pass; other bytes, of any length, give undefined. Never throws. In variable time.
   */
  fromBytes(bytes: Uint8Array): CurvePoint | undefined;
  /**
   * Whether a public point has order exactly ℓ: not the identity, no torsion. In variable time; costs a multiplication.
   * @throws CryptoError `wrong-group`
   */
  isPrimeOrder(point: CurvePoint): boolean;
  /**
   * `map_to_curve_elligator2_edwards25519` of RFC 9380, section 6.8.2; the cofactor is not cleared.
   * @param fieldElement - 32 bytes, little-endian, below 2^255 - 19; public
   * @throws CryptoError `bad-length`, or `out-of-range` for a number that is too large
   */
  mapToCurve(fieldElement: Uint8Array): CurvePoint;
  /**
   * Whether a signature holds under ZIP215, in variable time. Never throws: bytes of a wrong length are a wrong signature.
   * @param signature - R ‖ S, 64 bytes
   * @param message - any length
   * @param publicKey - 32 bytes; any encoding that ZIP215 decodes
   */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean;
}

/** A point: its limbs, and the core that knows what to do with them. It remembers its encoding. */
class EdwardsPoint implements CurvePoint {
  readonly #core: Core;
  readonly #limbs: Limbs;
  readonly #isBase: boolean;
  #encoding: Uint8Array | undefined;

  constructor(core: Core, limbs: Limbs, isBase = false, encoding?: Uint8Array) {
    this.#core = core;
    this.#limbs = limbs;
    this.#isBase = isBase;
    this.#encoding = encoding;
  }

  /** The limbs inside a point of this curve. */
  static limbsOf(point: CurvePoint): Limbs {
    if (typeof point !== 'object' || point === null || !(#limbs in point)) {
      throw new CryptoError('wrong-group', 'not a point of edwards25519');
    }
    return (point as EdwardsPoint).#limbs;
  }

  /** A term of a sum. */
  static termOf(point: CurvePoint, scalar: bigint): Term {
    const limbs = EdwardsPoint.limbsOf(point);
    return { limbs, isBase: (point as EdwardsPoint).#isBase, scalar };
  }

  add(other: CurvePoint): CurvePoint {
    return new EdwardsPoint(this.#core, combined(this.#core, 'addPoint', this.#limbs, EdwardsPoint.limbsOf(other)));
  }

  subtract(other: CurvePoint): CurvePoint {
    return new EdwardsPoint(
      this.#core,
      combined(this.#core, 'subtractPoint', this.#limbs, EdwardsPoint.limbsOf(other)),
    );
  }

  negate(): CurvePoint {
    return new EdwardsPoint(this.#core, negated(this.#core, this.#limbs));
  }

  multiply(secret: bigint): CurvePoint {
    assertScalar(secret, 1n);
    const core = this.#core;
    return new EdwardsPoint(core, this.#isBase ? baseMultiple(core, secret) : multiple(core, this.#limbs, secret));
  }

  equals(other: CurvePoint): boolean {
    return holds(this.#core, 'equalsPoint', this.#limbs, EdwardsPoint.limbsOf(other));
  }

  is0(): boolean {
    return holds(this.#core, 'isIdentity', this.#limbs);
  }

  toBytes(): Uint8Array {
    this.#encoding ??= encoded(this.#core, 'encode', this.#limbs);
    return this.#encoding.slice();
  }
}

/** edwards25519 over a core; `verify` is the rule of its verifier. */
export const createCurve = (core: Core, verifier: BatchVerifier): Curve => {
  const { wasm, heap, inA, inBytes, out } = core;
  wasm.setBase(out);
  const base = new EdwardsPoint(core, result(core), true);
  wasm.setIdentity(out);
  const identity = new EdwardsPoint(core, result(core));
  return Object.freeze<Curve>({
    order: ORDER,
    base,
    identity,
    multiplyBase: (secret) => base.multiply(secret),
    multiScalarMultiply: (points, scalars) => {
      assertTerms(points, scalars);
      const sum = sumOfMultiples(
        core,
        points.map((point, i) => EdwardsPoint.termOf(point, scalars[i]!)),
      );
      return sum === undefined ? identity : new EdwardsPoint(core, sum);
    },
    fromBytes: (bytes) => {
      if (!(bytes instanceof Uint8Array) || bytes.length !== 32) return undefined;
      core.bytes().set(bytes, inBytes);
      if (wasm.decodeStrict(out, inBytes) !== 1) return undefined;
      // A copy: `slice` of Node's Buffer is none.
      return new EdwardsPoint(core, result(core), false, new Uint8Array(bytes));
    },
    isPrimeOrder: (point) => {
      core.bytes().set(EdwardsPoint.limbsOf(point), inA);
      return wasm.isPrimeOrderVartime(inA, heap) === 1;
    },
    mapToCurve: (fieldElement) => {
      assertLength(fieldElement, 32, 'field element');
      if (!isReduced(fieldElement)) throw new CryptoError('out-of-range', 'the field element is not below 2^255 - 19');
      core.bytes().set(fieldElement, inBytes);
      wasm.mapElligator(out, inBytes);
      return new EdwardsPoint(core, result(core));
    },
    verify: verifier.verifyVartime,
  });
};

/** Whether 32 little-endian bytes are a number below 2^255 - 19. */
const isReduced = (bytes: Uint8Array): boolean =>
  bytes[31]! < 127 || (bytes[31] === 127 && (bytes[0]! < 237 || bytes.subarray(1, 31).some((byte) => byte !== 255)));
