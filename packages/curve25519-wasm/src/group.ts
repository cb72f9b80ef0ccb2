import type { Core } from './core.ts';
import { assertLength, CryptoError } from './error.ts';
import { sha512Into } from './hash.ts';
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

/** An element of {@link Group}, immutable: the shape of `Element` in `@ios/crypto/group`. */
export interface Element {
  /** @throws CryptoError `wrong-group` */
  add(other: Element): Element;
  /** @throws CryptoError `wrong-group` */
  subtract(other: Element): Element;
  negate(): Element;
  /**
   * The multiple that may take a secret: a fixed sequence of point operations and look-ups that read whole tables.
   * @param scalar - from 0 to `order - 1`
   * @throws CryptoError `out-of-range`
   */
  multiply(scalar: bigint): Element;
  /** @throws CryptoError `wrong-group` */
  equals(other: Element): boolean;
  /** The one encoding, 32 bytes, a fresh array. */
  toBytes(): Uint8Array;
}

/** A group of prime order: the shape of `Group` in `@ios/crypto/group`. */
export interface Group {
  readonly name: string;
  readonly order: bigint;
  readonly elementLength: number;
  readonly base: Element;
  readonly identity: Element;
  /**
   * The element that bytes encode; strict.
   * @throws CryptoError `bad-length` or `bad-encoding`
   */
  fromBytes(bytes: Uint8Array): Element;
  /**
   * The one-way map of RFC 9496 over SHA-512 of tag and parts, each behind its length (u32, big-endian).
   * @throws CryptoError `bad-tag`
   */
  hashToElement(tag: string, ...parts: Uint8Array[]): Element;
  /**
   * Σ scalars[i] · elements[i], in variable time: for public scalars only.
   * @throws CryptoError `bad-length`, `out-of-range` or `wrong-group`
   */
  multiScalarMultiply(elements: readonly Element[], scalars: readonly bigint[]): Element;
}

/** Printable ASCII, 1 to 255 characters. */
const TAG = /^[\x21-\x7e]{1,255}$/;

/** An element: its limbs, and the core that knows what to do with them. It remembers its encoding. */
class RistrettoElement implements Element {
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

  /** The limbs inside an element of this group. */
  static limbsOf(element: Element): Limbs {
    if (typeof element !== 'object' || element === null || !(#limbs in element)) {
      throw new CryptoError('wrong-group', 'not an element of ristretto255');
    }
    return (element as RistrettoElement).#limbs;
  }

  /** A term of a sum. */
  static termOf(element: Element, scalar: bigint): Term {
    const limbs = RistrettoElement.limbsOf(element);
    return { limbs, isBase: (element as RistrettoElement).#isBase, scalar };
  }

  add(other: Element): Element {
    return new RistrettoElement(
      this.#core,
      combined(this.#core, 'addPoint', this.#limbs, RistrettoElement.limbsOf(other)),
    );
  }

  subtract(other: Element): Element {
    return new RistrettoElement(
      this.#core,
      combined(this.#core, 'subtractPoint', this.#limbs, RistrettoElement.limbsOf(other)),
    );
  }

  negate(): Element {
    return new RistrettoElement(this.#core, negated(this.#core, this.#limbs));
  }

  multiply(scalar: bigint): Element {
    assertScalar(scalar);
    const core = this.#core;
    return new RistrettoElement(core, this.#isBase ? baseMultiple(core, scalar) : multiple(core, this.#limbs, scalar));
  }

  equals(other: Element): boolean {
    return holds(this.#core, 'equalsRistretto', this.#limbs, RistrettoElement.limbsOf(other));
  }

  toBytes(): Uint8Array {
    this.#encoding ??= encoded(this.#core, 'encodeRistretto', this.#limbs);
    return this.#encoding.slice();
  }
}

/** ristretto255 over a core. */
export const createGroup = (core: Core): Group => {
  const { wasm, inBytes, out } = core;
  wasm.setBase(out);
  const base = new RistrettoElement(core, result(core), true);
  wasm.setIdentity(out);
  const identity = new RistrettoElement(core, result(core));
  return Object.freeze<Group>({
    name: 'ristretto255',
    order: ORDER,
    elementLength: 32,
    base,
    identity,
    fromBytes: (bytes) => {
      assertLength(bytes, 32, 'element');
      core.bytes().set(bytes, inBytes);
      if (wasm.decodeRistretto(out, inBytes) !== 1) {
        throw new CryptoError('bad-encoding', 'not the encoding of a ristretto255 element');
      }
      // A copy: `slice` of Node's Buffer is none.
      return new RistrettoElement(core, result(core), false, new Uint8Array(bytes));
    },
    hashToElement: (tag, ...parts) => {
      sha512Into(core, inBytes, frame(tag, parts));
      wasm.mapRistretto(out, inBytes);
      return new RistrettoElement(core, result(core));
    },
    multiScalarMultiply: (elements, scalars) => {
      assertTerms(elements, scalars);
      const sum = sumOfMultiples(
        core,
        elements.map((element, i) => RistrettoElement.termOf(element, scalars[i]!)),
      );
      return sum === undefined ? identity : new RistrettoElement(core, sum);
    },
  });
};

/** The parts of `u32(len(tag)) ‖ tag ‖ u32(len(part)) ‖ part …`, as `@ios/crypto/transcript` frames them. */
const frame = (tag: string, parts: readonly Uint8Array[]): Uint8Array[] => {
  if (!TAG.test(tag)) throw new CryptoError('bad-tag', 'a tag is 1 to 255 printable ASCII characters', { tag });
  const ascii = Uint8Array.from(tag, (character) => character.charCodeAt(0));
  return [ascii, ...parts].flatMap((part) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, part.length);
    return [length, part];
  });
};
