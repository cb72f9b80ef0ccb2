import type { Core } from './core.ts';
import { assertLength, CryptoError } from './error.ts';
import { sha512Into } from './hash.ts';
import { bestWindow, digitsFor, roomFor } from './sums.ts';

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

/** The prime ℓ (RFC 9496, section 4). */
const ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;
/** Bytes of an extended point, an affine one, a field element. */
const POINT = 320;
const AFFINE = 240;
const FIELD = 80;
/** Terms that are summed at once, which bounds the memory. */
const TERMS = 8192;
/** Printable ASCII, 1 to 255 characters. */
const TAG = /^[\x21-\x7e]{1,255}$/;

/** An element: its limbs, and the core that knows what to do with them. It remembers its encoding. */
class RistrettoElement implements Element {
  readonly #core: Core;
  readonly #limbs: Uint8Array;
  readonly #isBase: boolean;
  #encoding: Uint8Array | undefined;

  constructor(core: Core, limbs: Uint8Array, isBase = false, encoding?: Uint8Array) {
    this.#core = core;
    this.#limbs = limbs;
    this.#isBase = isBase;
    this.#encoding = encoding;
  }

  /** The limbs inside an element of this group. */
  static limbsOf(element: Element): Uint8Array {
    if (typeof element !== 'object' || element === null || !(#limbs in element)) {
      throw new CryptoError('wrong-group', 'not an element of ristretto255');
    }
    return (element as RistrettoElement).#limbs;
  }

  add(other: Element): Element {
    return this.#with(other, this.#core.wasm.addPoint);
  }

  subtract(other: Element): Element {
    return this.#with(other, this.#core.wasm.subtractPoint);
  }

  negate(): Element {
    const { wasm, inA, out } = this.#core;
    this.#core.bytes().set(this.#limbs, inA);
    wasm.negatePoint(out, inA);
    return resultOf(this.#core);
  }

  multiply(scalar: bigint): Element {
    assertScalar(scalar);
    const { wasm, inA, inScalar, out } = this.#core;
    writeScalar(this.#core.view(), inScalar, scalar);
    if (this.#isBase) {
      wasm.multiplyBase(out, inScalar);
    } else {
      this.#core.bytes().set(this.#limbs, inA);
      wasm.multiply(out, inA, inScalar);
    }
    const product = resultOf(this.#core);
    wasm.wipe();
    return product;
  }

  equals(other: Element): boolean {
    const { wasm, inA, inB } = this.#core;
    const limbs = RistrettoElement.limbsOf(other);
    this.#core.bytes().set(this.#limbs, inA);
    this.#core.bytes().set(limbs, inB);
    return wasm.equalsRistretto(inA, inB) === 1;
  }

  toBytes(): Uint8Array {
    if (this.#encoding === undefined) {
      const { wasm, inA, out } = this.#core;
      this.#core.bytes().set(this.#limbs, inA);
      wasm.encodeRistretto(out, inA);
      this.#encoding = this.#core.bytes().slice(out, out + 32);
    }
    return this.#encoding.slice();
  }

  #with(other: Element, operation: (o: number, a: number, b: number) => void): Element {
    const { inA, inB, out } = this.#core;
    const limbs = RistrettoElement.limbsOf(other);
    this.#core.bytes().set(this.#limbs, inA);
    this.#core.bytes().set(limbs, inB);
    operation(out, inA, inB);
    return resultOf(this.#core);
  }
}

/** ristretto255 over a core. */
export const createGroup = (core: Core): Group => {
  const { wasm, inBytes, out } = core;
  wasm.setBase(out);
  const base = resultOf(core, true);
  wasm.setIdentity(out);
  const identity = resultOf(core);
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
      return new RistrettoElement(core, core.bytes().slice(out, out + POINT), false, bytes.slice());
    },
    hashToElement: (tag, ...parts) => {
      sha512Into(core, inBytes, frame(tag, parts));
      wasm.mapRistretto(out, inBytes);
      return resultOf(core);
    },
    multiScalarMultiply: (elements, scalars) => {
      if (elements.length !== scalars.length) {
        throw new CryptoError('bad-length', 'as many scalars as elements are needed', {
          expected: elements.length,
          actual: scalars.length,
        });
      }
      for (const scalar of scalars) assertScalar(scalar);
      const terms = elements
        .map((element, i) => ({ limbs: RistrettoElement.limbsOf(element), scalar: scalars[i]! }))
        .filter(({ scalar }) => scalar !== 0n);
      let sum = identity;
      for (let from = 0; from < terms.length; from += TERMS) {
        const part = sumOf(core, terms.slice(from, from + TERMS));
        sum = from === 0 ? part : sum.add(part);
      }
      return sum;
    },
  });
};

/** At least one term and at most {@link TERMS}, their scalars not zero. */
const sumOf = (core: Core, terms: readonly { readonly limbs: Uint8Array; readonly scalar: bigint }[]): Element => {
  const { wasm, heap, out } = core;
  const count = terms.length;
  const affine = heap;
  const scalars = affine + count * AFFINE;
  const points = scalars + count * 32;
  const products = points + count * POINT;
  core.reserve(count * (AFFINE + 32 + POINT + FIELD));
  const [memory, view] = [core.bytes(), core.view()];
  terms.forEach(({ limbs, scalar }, i) => {
    memory.set(limbs, points + i * POINT);
    writeScalar(view, scalars + i * 32, scalar);
  });
  wasm.normalise(count, points, affine, products);
  let bits = 0;
  let allBits = 0;
  for (let i = 0; i < count; i++) {
    const own = wasm.longestVartime(1, scalars + i * 32);
    bits = Math.max(bits, own);
    allBits += own;
  }
  const window = bestWindow(count, bits, allBits);
  // The extended points have done their part: the sum's own memory takes their place.
  const digits = points + roomFor(count, window);
  core.reserve(digits + digitsFor(count, bits, window) - heap);
  if (window === 0) wasm.strausVartime(out, count, affine, scalars, points, digits);
  else wasm.pippengerVartime(out, count, affine, scalars, bits, window, digits, points);
  return resultOf(core);
};

const resultOf = (core: Core, isBase = false): Element =>
  new RistrettoElement(core, core.bytes().slice(core.out, core.out + POINT), isBase);

/** Throws unless the scalar is in range. It may be secret, so the error does not show it. */
const assertScalar = (scalar: bigint): void => {
  if (typeof scalar !== 'bigint' || scalar < 0n || scalar >= ORDER) {
    throw new CryptoError('out-of-range', 'a scalar must be from 0 to order - 1', { what: 'scalar' });
  }
};

const writeScalar = (view: DataView, at: number, scalar: bigint): void => {
  for (let word = 0; word < 4; word++) {
    view.setBigUint64(at + 8 * word, BigInt.asUintN(64, scalar >> BigInt(64 * word)), true);
  }
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
