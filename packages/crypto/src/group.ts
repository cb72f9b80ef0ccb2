/**
 * Groups of prime order, as protocols need them: {@link Group} and {@link Element} are all that they may assume.
 * `ristretto255` is the group to use; other implementations (WebAssembly, small groups for tests) pass the same suite,
 * `groupSuite` of `@ios/crypto/testing`.
 * @module
 */

export { CryptoError, type CryptoErrorCode } from './error.ts';
export { elementCoder, scalarCoder } from './group/coders.ts';
export { ristretto255 } from './group/ristretto255.ts';
export { decodeScalar, encodeScalar, type Rng, randomScalar } from './group/scalar.ts';

/** An element of one {@link Group}, immutable. Elements of two groups never mix. */
export interface Element {
  /** @throws CryptoError `wrong-group` */
  add(other: Element): Element;
  /** @throws CryptoError `wrong-group` */
  subtract(other: Element): Element;
  negate(): Element;
  /**
   * The multiple that may take a secret: as even in time as the implementation can make it.
   * @param scalar - from 0 to `order - 1`
   * @throws CryptoError `out-of-range`
   */
  multiply(scalar: bigint): Element;
  /** @throws CryptoError `wrong-group` */
  equals(other: Element): boolean;
  /** The one encoding, `elementLength` bytes, a fresh array. */
  toBytes(): Uint8Array;
}

/** A group of prime order in which discrete logarithms are hard (or, in tests, are not). */
export interface Group {
  /** Which group: short ASCII, bound by every proof over it. */
  readonly name: string;
  /** The prime number of elements. */
  readonly order: bigint;
  /** Bytes of an encoded element. */
  readonly elementLength: number;
  /** The generator that everybody uses. */
  readonly base: Element;
  /** The neutral element. */
  readonly identity: Element;
  /**
   * The element that bytes encode; strict: every element has one encoding, and the identity is an element.
   * @throws CryptoError `bad-length` or `bad-encoding`
   */
  fromBytes(bytes: Uint8Array): Element;
  /**
   * An element whose discrete logarithm nobody knows: the map of a `wideHash` over tag and parts.
   * @throws CryptoError `bad-tag`
   */
  hashToElement(tag: string, ...parts: Uint8Array[]): Element;
  /**
   * Σ scalars[i] · elements[i], faster than one by one and not constant time: for public scalars only.
   * @param elements - as many as scalars
   * @param scalars - each from 0 to `order - 1`; short ones cost less
   * @throws CryptoError `bad-length`, `out-of-range` or `wrong-group`
   */
  multiScalarMultiply(elements: readonly Element[], scalars: readonly bigint[]): Element;
}
