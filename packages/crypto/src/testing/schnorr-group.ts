import { invert, pow } from '@noble/curves/abstract/modular.js';
import { bytesToNumberBE, bytesToNumberLE, numberToBytesBE } from '@noble/curves/utils.js';
import { assertLength, CryptoError } from '../error.ts';
import { longest } from '../group/multi-scalar.ts';
import { assertScalar, assertTerms } from '../group/scalar.ts';
import type { Element, Group } from '../group.ts';
import { wideHash } from '../transcript.ts';

/**
 * The 23 squares modulo 47, one byte each: small enough to try everything. A hash into it hits any given value once in
 * 23 times, so a wrong proof often verifies.
 */
export const toyGroup: Group = /* @__PURE__ */ schnorrGroup('toy23', 47n);

/**
 * The squares modulo the largest safe prime below 2^63, 8 bytes each, order of 62 bits: a hundred times faster than
 * ristretto255 and without any security, for simulations with many validators. A laptop finds its discrete logarithms.
 */
export const schnorrGroup62: Group = /* @__PURE__ */ schnorrGroup('schnorr62', 0x7fffffffffffee27n);

/** The squares modulo a safe prime p = 2q + 1, a group of prime order q, written additively; base 4. */
function schnorrGroup(name: string, p: bigint): Group {
  const order = (p - 1n) / 2n;
  const elementLength = Math.ceil(p.toString(16).length / 2);

  class Square implements Element {
    readonly #value: bigint;

    constructor(value: bigint) {
      this.#value = value;
    }

    static valueOf(element: Element): bigint {
      if (!(#value in element)) throw new CryptoError('wrong-group', `not an element of ${name}`);
      return (element as Square).#value;
    }

    add(other: Element): Element {
      return new Square((this.#value * Square.valueOf(other)) % p);
    }

    subtract(other: Element): Element {
      return new Square((this.#value * invert(Square.valueOf(other), p)) % p);
    }

    negate(): Element {
      return new Square(invert(this.#value, p));
    }

    multiply(scalar: bigint): Element {
      assertScalar(order, scalar);
      return new Square(pow(this.#value, scalar, p));
    }

    equals(other: Element): boolean {
      return this.#value === Square.valueOf(other);
    }

    toBytes(): Uint8Array {
      return numberToBytesBE(this.#value, elementLength);
    }
  }

  return Object.freeze<Group>({
    name,
    order,
    elementLength,
    base: new Square(4n),
    identity: new Square(1n),
    fromBytes: (bytes) => {
      assertLength(bytes, elementLength, 'element');
      const value = bytesToNumberBE(bytes);
      // Euler's criterion: the squares are the values whose q-th power is 1.
      if (value >= p || pow(value, order, p) !== 1n) {
        throw new CryptoError('bad-encoding', `not the encoding of an element of ${name}`);
      }
      return new Square(value);
    },
    // Never the identity, which a toy group would hit often: the root is neither 1 nor -1.
    hashToElement: (tag, ...parts) => {
      const root = 2n + (bytesToNumberLE(wideHash(tag, ...parts)) % (p - 3n));
      return new Square((root * root) % p);
    },
    multiScalarMultiply: (elements, scalars) => {
      assertTerms(order, elements, scalars);
      const values = elements.map(Square.valueOf);
      const bits = scalars.map((scalar) => scalar.toString(2));
      let product = 1n;
      for (let place = longest(bits.map(({ length }) => length)); place > 0; place--) {
        product = (product * product) % p;
        values.forEach((value, i) => {
          if (bits[i]!.at(-place) === '1') product = (product * value) % p;
        });
      }
      return new Square(product);
    },
  });
}
