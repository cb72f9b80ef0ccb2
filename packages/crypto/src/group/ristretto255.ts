import { ristretto255 as noble, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { ORDER } from '../edwards25519.ts';
import { assertLength, CryptoError } from '../error.ts';
import type { Element, Group } from '../group.ts';
import { wideHash } from '../transcript.ts';
import { sumOfMultiples } from './multi-scalar.ts';
import { assertScalar, assertTerms } from './scalar.ts';

type Point = InstanceType<typeof noble.Point>;

/** An element over noble's point. It remembers its encoding, which costs a field inversion to compute. */
class RistrettoElement implements Element {
  readonly #point: Point;
  #encoding: Uint8Array | undefined;

  constructor(point: Point, encoding?: Uint8Array) {
    this.#point = point;
    this.#encoding = encoding;
  }

  /** The point inside an element of this group. */
  static pointOf(element: Element): Point {
    if (!(#point in element)) throw new CryptoError('wrong-group', 'not an element of ristretto255');
    return (element as RistrettoElement).#point;
  }

  add(other: Element): Element {
    return new RistrettoElement(this.#point.add(RistrettoElement.pointOf(other)));
  }

  subtract(other: Element): Element {
    return new RistrettoElement(this.#point.subtract(RistrettoElement.pointOf(other)));
  }

  negate(): Element {
    return new RistrettoElement(this.#point.negate());
  }

  multiply(scalar: bigint): Element {
    assertScalar(ORDER, scalar);
    return scalar === 0n ? ristretto255.identity : new RistrettoElement(this.#point.multiply(scalar));
  }

  equals(other: Element): boolean {
    return this.#point.equals(RistrettoElement.pointOf(other));
  }

  toBytes(): Uint8Array {
    this.#encoding ??= this.#point.toBytes();
    return this.#encoding.slice();
  }
}

/**
 * ristretto255 (RFC 9496) over noble-curves: order ℓ = 2^252 + 27742317777372353535851937790883648493, elements and
 * scalars of 32 bytes. `hashToElement` is the one-way map of RFC 9496, section 4.3.4, over a {@link wideHash}.
 */
export const ristretto255: Group = /* @__PURE__ */ (() =>
  Object.freeze<Group>({
    name: 'ristretto255',
    order: ORDER,
    elementLength: 32,
    base: new RistrettoElement(noble.Point.BASE),
    identity: new RistrettoElement(noble.Point.ZERO),
    fromBytes: (bytes) => {
      assertLength(bytes, 32, 'element');
      try {
        // A copy: `slice` of Node's Buffer is none.
        return new RistrettoElement(noble.Point.fromBytes(bytes), new Uint8Array(bytes));
      } catch (cause) {
        throw new CryptoError('bad-encoding', 'not the encoding of a ristretto255 element', {}, cause);
      }
    },
    hashToElement: (tag, ...parts) => new RistrettoElement(ristretto255_hasher.deriveToCurve!(wideHash(tag, ...parts))),
    multiScalarMultiply: (elements, scalars) => {
      assertTerms(ORDER, elements, scalars);
      return new RistrettoElement(sumOfMultiples(noble.Point.ZERO, elements.map(RistrettoElement.pointOf), scalars));
    },
  }))();
