/** Comparisons of each part with BigInt, noble or `@ios/crypto`; the quick and the long tests run them with their own numbers. */
import { sign, verify } from '@ios/crypto/ed25519';
import { ristretto255 as nobleGroup } from '@ios/crypto/group';
import { nobleHasher } from '@ios/crypto/merkle';
import { signWithTorsion, TORSION } from '@ios/crypto/testing';
import { ed25519, ed25519_hasher } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { expect } from 'vitest';
import { sha512Into } from '../src/hash.ts';
import { type CurvePoint, createCurve25519 } from '../src/index.ts';
import { digitsFor, roomFor } from '../src/sums.ts';
import { carried, core, get, getLimbs, mod, numberOf, order, p, parts, place, put, putLimbs } from './raw.ts';

const { Point } = ed25519;
type Point = InstanceType<typeof Point>;
const { ristretto255, edwards25519, batchVerifier, hasher } = createCurve25519();

/** Limbs up to `size` times what a carry leaves, with a taste for the borders. */
const limbs = (size: bigint) =>
  fc.tuple(
    ...Array.from({ length: 10 }, (_, i) => {
      const most = size * carried(i);
      return fc.oneof(fc.bigInt(-most, most), fc.constantFrom(-most, most, 0n, 1n, -1n));
    }),
  );
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
/** 32 bytes near what matters: 0, p, ℓ, powers of two. */
const numbers = (...near: bigint[]) =>
  fc.oneof(
    bytes(32).map((own) => bytesToNumberLE(own)),
    fc
      .tuple(fc.constantFrom(0n, 2n ** 252n, 2n ** 255n, 2n ** 256n, 2n ** 128n, ...near), fc.bigInt(-20n, 20n))
      .map(([base, by]) => mod(base + by, 2n ** 256n)),
  );
const scalars = fc.oneof(
  numbers(order).map((own) => own % order),
  fc.constantFrom(0n, 1n, 2n, 8n, order - 1n, order - 2n, (order - 1n) / 2n),
  fc.bigInt(0n, 2n ** 64n),
);

/** Any point of the curve: small order, mixed order, the identity, prime order. */
const points = fc
  .tuple(fc.bigInt(0n, 2n ** 64n), fc.nat(7))
  .map(([k, torsion]) => (k % 5n === 0n ? Point.ZERO : Point.BASE.multiplyUnsafe(k)).add(TORSION[torsion]! as Point));

/** Double and add: the multiple by any number, of points of any order. */
const multiple = (point: Point, k: bigint): Point => {
  let sum = Point.ZERO;
  for (const bit of k.toString(2)) {
    sum = sum.double();
    if (bit === '1') sum = sum.add(point);
  }
  return sum;
};

const isCarried = (at: number): boolean => getLimbs(at).every((limb, i) => limb <= carried(i) && limb >= -carried(i));

/** Pairs of operands whose sizes have the product 16. */
const operands = fc.constantFrom(1n, 2n, 4n, 8n, 16n).chain((size) => fc.tuple(limbs(size), limbs(16n / size)));

/** Products of the largest operands, of any signs, and squares of sums of four carried elements, are right and carried. */
export const field = (numRuns: number): void =>
  fc.assert(
    fc.property(operands, limbs(4n), limbs(4n), fc.integer({ min: 1, max: 4 }), ([left, right], a, b, n) => {
      const [x, y, o] = [place(0), place(1), place(2)];
      putLimbs(x, left);
      putLimbs(y, right);
      parts.mul(o, x, y);
      expect(mod(numberOf(getLimbs(o)))).toBe(mod(numberOf(left) * numberOf(right)));
      expect(isCarried(o)).toBe(true);
      putLimbs(x, a);
      putLimbs(y, b);
      const [u, v] = [numberOf(a), numberOf(b)];
      parts.square(o, x);
      expect(mod(numberOf(getLimbs(o)))).toBe(mod(u * u));
      expect(isCarried(o)).toBe(true);
      parts.squareTimes(o, y, n);
      let power = v;
      for (let i = 0; i < n; i++) power = mod(power * power);
      expect(mod(numberOf(getLimbs(o)))).toBe(power);
      parts.add(o, x, y);
      expect(numberOf(getLimbs(o))).toBe(u + v);
      parts.sub(o, x, y);
      expect(numberOf(getLimbs(o))).toBe(u - v);
      parts.carry(o, o);
      expect(mod(numberOf(getLimbs(o)))).toBe(mod(u - v));
      expect(isCarried(o)).toBe(true);
      parts.toBytes(o, x);
      expect(bytesToNumberLE(get(o, 32))).toBe(mod(u));
    }),
    { numRuns },
  );

/** Bytes to an element and back; inverses. */
export const encodings = (numRuns: number): void =>
  fc.assert(
    fc.property(numbers(p), (number) => {
      const [x, o] = [place(0), place(1)];
      put(o, numberToBytesLE(number, 32));
      parts.fromBytes(x, o);
      const value = mod(number % 2n ** 255n);
      expect(mod(numberOf(getLimbs(x)))).toBe(value);
      parts.toBytes(o, x);
      expect(bytesToNumberLE(get(o, 32))).toBe(value);
      parts.invert(o, x);
      expect(mod(numberOf(getLimbs(o)) * value)).toBe(value === 0n ? 0n : 1n);
    }),
    { numRuns },
  );

/** Scalars modulo ℓ. */
export const scalarArithmetic = (numRuns: number): void =>
  fc.assert(
    fc.property(numbers(order, 2n * order, 8n * order), numbers(order), numbers(order), (a, b, c) => {
      const [x, y, z, o] = [place(0), place(1), place(2), place(3)];
      put(x, numberToBytesLE(a, 32));
      put(y, numberToBytesLE(b, 32));
      put(z, numberToBytesLE(c, 32));
      parts.multiplyAdd(o, x, y, z);
      expect(bytesToNumberLE(get(o, 32))).toBe((a * b + c) % order);
      parts.negateScalar(o, x);
      expect(bytesToNumberLE(get(o, 32))).toBe(mod(-a, order));
      expect(parts.isReducedVartime(x)).toBe(a < order ? 1 : 0);
      put(x + 32, numberToBytesLE(b, 32));
      parts.reduceWide(o, x);
      expect(bytesToNumberLE(get(o, 32))).toBe((a + (b << 256n)) % order);
    }),
    { numRuns },
  );

/** Encodings at the borders: y from 0 to 2 and near p, with both signs. */
const SPECIAL: readonly Uint8Array[] = [0n, 1n, 2n, p - 2n, p - 1n, p, p + 1n, p + 2n, 2n ** 255n - 1n].flatMap((y) =>
  [y, y + 2n ** 255n].map((own) => numberToBytesLE(own, 32)),
);

/** Strict and permissive decoding of edwards25519, against noble. */
export const edwardsDecoding = (numRuns: number): void => {
  const encodingsOfPoints = fc.oneof(
    numbers(p, p + 2n ** 255n).map((own) => numberToBytesLE(own, 32)),
    points.map((own) => own.toBytes()),
  );
  const decoded = (own: Uint8Array, zip215: boolean): Uint8Array | undefined => {
    try {
      return Point.fromBytes(own, zip215).toBytes();
    } catch {
      return undefined;
    }
  };
  fc.assert(
    fc.property(encodingsOfPoints, (own) => {
      const [input, affine, point, output] = [place(0), place(1), place(2), place(3)];
      put(input, own);
      const strict = parts.decodeStrict(point, input) === 1;
      expect(edwards25519.fromBytes(own)?.toBytes()).toEqual(strict ? own : undefined);
      parts.encode(output, point);
      expect(strict ? get(output, 32) : undefined).toEqual(decoded(own, false));
      const permissive = parts.decodeZip215(affine, input) === 1;
      parts.fromAffine(point, affine);
      for (const coordinate of permissive ? [0, 80, 160, 240] : []) expect(isCarried(point + coordinate)).toBe(true);
      parts.encode(output, point);
      expect(permissive ? get(output, 32) : undefined).toEqual(decoded(own, true));
    }),
    { numRuns, examples: SPECIAL.map((own): [Uint8Array] => [own]) },
  );
};

/** Sums over points of all orders by Straus and by every window, against doubling and adding. */
export const sums = (numRuns: number): void =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(points, fc.oneof(scalars, fc.constantFrom(order, 2n ** 253n - 1n))), { maxLength: 6 }),
      scalars,
      (terms, ofBase) => {
        const base = place(5);
        const count = terms.length;
        const [input, affine, scalarsAt, output, extended] = [place(0), place(1), place(2), place(3), place(4)];
        terms.forEach(([point, scalar], i) => {
          put(input, point.toBytes());
          expect(parts.decodeZip215(affine + 240 * i, input)).toBe(1);
          parts.fromAffine(extended + 320 * i, affine + 240 * i);
          put(scalarsAt + 32 * i, numberToBytesLE(scalar, 32));
        });
        const expected = terms.reduce((sum, [point, scalar]) => sum.add(multiple(point, scalar)), Point.ZERO).toBytes();
        const bits = parts.longestVartime(count, scalarsAt);
        expect(bits).toBe(terms.reduce((most, [, own]) => Math.max(most, own === 0n ? 0 : own.toString(2).length), 0));
        const withBase = Point.fromBytes(expected).add(multiple(Point.BASE, ofBase)).toBytes();
        put(base, numberToBytesLE(ofBase, 32));
        for (let window = 3; window <= 12; window++) {
          const own = window === 3 ? 0 : window;
          const room = place(8);
          const digits = room + roomFor(count, own);
          core.reserve(digits + digitsFor(count, bits, own) - core.heap);
          if (own === 0) parts.strausVartime(output, count, extended, scalarsAt, 0, room, digits);
          else parts.pippengerVartime(output, count, affine, scalarsAt, bits, own, digits, room);
          parts.encode(input, output);
          expect(get(input, 32)).toEqual(expected);
          if (own !== 0) continue;
          parts.strausVartime(output, count, extended, scalarsAt, base, room, digits);
          parts.encode(input, output);
          expect(get(input, 32)).toEqual(withBase);
        }
      },
    ),
    { numRuns },
  );

/** ristretto255 against noble's: decoding, the map, multiples, sums, encodings. */
export const ristretto = (numRuns: number): void =>
  fc.assert(
    fc.property(numbers(p), bytes(8), scalars, scalars, (number, part, s, t) => {
      const encoded = numberToBytesLE(number, 32);
      const decode = (group: { fromBytes(own: Uint8Array): { toBytes(): Uint8Array } }): Uint8Array | undefined => {
        try {
          return group.fromBytes(encoded).toBytes();
        } catch (error) {
          expect(error).toMatchObject({ name: 'CryptoError', code: 'bad-encoding' });
          return undefined;
        }
      };
      expect(decode(ristretto255)).toEqual(decode(nobleGroup));
      const [a, b] = [ristretto255, nobleGroup].map((group) => {
        const element = group.hashToElement('ios/curve25519-wasm/v1/test', part);
        const product = element.multiply(s);
        const fixed = group.base.multiply(t);
        const sum = group.multiScalarMultiply([element, group.base, product], [t, s, 3n]);
        return [element, product, fixed, product.add(fixed), fixed.subtract(product), sum.negate(), sum].map((own) =>
          own.toBytes(),
        );
      });
      expect(a).toEqual(b);
    }),
    { numRuns },
  );

/** edwards25519 with points of all orders, against noble's arithmetic. */
export const edwards = (numRuns: number): void => {
  const positive = scalars.map((own) => (own === 0n ? 1n : own));
  fc.assert(
    fc.property(points, points, positive, scalars, scalars, (p1, p2, k, s, t) => {
      const [a, b] = [p1, p2].map((own) => edwards25519.fromBytes(own.toBytes())!) as [CurvePoint, CurvePoint];
      const terms: [CurvePoint, bigint][] = [
        [a.add(b), s],
        [edwards25519.base, t],
        [b, k],
      ];
      const sum = edwards25519.multiScalarMultiply(
        terms.map(([point]) => point),
        terms.map(([, scalar]) => scalar),
      );
      const expected: [CurvePoint, Point][] = [
        [a.add(b), p1.add(p2)],
        [a.subtract(b), p1.subtract(p2)],
        [a.negate(), p1.negate()],
        [a.multiply(k), multiple(p1, k)],
        [edwards25519.multiplyBase(k), multiple(Point.BASE, k)],
        [sum, multiple(p1.add(p2), s).add(multiple(Point.BASE, t)).add(multiple(p2, k))],
      ];
      for (const [own, peer] of expected) expect(own.toBytes()).toEqual(peer.toBytes());
      expect(a.equals(b)).toBe(p1.equals(p2));
      expect(a.add(b).subtract(b).equals(a)).toBe(true);
      expect(a.subtract(b).is0()).toBe(p1.equals(p2));
      expect(edwards25519.isPrimeOrder(a)).toBe(!p1.is0() && p1.isTorsionFree());
    }),
    { numRuns },
  );
};

/** The definition of RFC 9380, section 6.7.1, with the isomorphism of appendix D.1, in BigInt: affine x and y. */
const elligatorByDefinition = (u: bigint): [bigint, bigint] => {
  const J = 486662n;
  const pow = (base: bigint, exponent: bigint): bigint => {
    let product = 1n;
    for (let [e, power] = [exponent, base]; e > 0n; e >>= 1n, power = mod(power * power)) {
      if (e & 1n) product = mod(product * power);
    }
    return product;
  };
  const inv0 = (a: bigint): bigint => pow(mod(a), p - 2n);
  const root = (a: bigint): bigint | undefined =>
    [1n, pow(2n, (p - 1n) / 4n)].map((i) => mod(i * pow(a, (p + 3n) / 8n))).find((r) => mod(r * r) === a);
  const g = (x: bigint): bigint => mod(x ** 3n + J * x * x + x);
  const signed = (y: bigint, odd: bigint): bigint => ((y & 1n) === odd ? y : mod(-y));
  const x1 = mod(-J * inv0(1n + 2n * u * u));
  const y1 = root(g(x1));
  const [x, y] = y1 === undefined ? [mod(-x1 - J), signed(root(g(mod(-x1 - J)))!, 0n)] : [x1, signed(y1, 1n)];
  if (y === 0n || x === p - 1n) return [0n, 1n];
  return [mod(signed(root(mod(-J - 2n))!, 0n) * x * inv0(y)), mod((x - 1n) * inv0(x + 1n))];
};

/** noble's map, which takes one number in spite of its type. */
const mapAndClear = ed25519_hasher.mapToCurve as unknown as (u: bigint) => Point;

/** Elligator 2 against its definition, and against noble, which clears the cofactor. */
export const elligator = (numRuns: number): void =>
  fc.assert(
    fc.property(numbers(p), (number) => {
      const u = number % p;
      const point = edwards25519.mapToCurve(numberToBytesLE(u, 32));
      const [x, y] = elligatorByDefinition(u);
      const peer = Point.fromAffine({ x, y });
      expect(point.toBytes()).toEqual(peer.toBytes());
      expect(point.multiply(8n).toBytes()).toEqual(mapAndClear(u).toBytes());
    }),
    { numRuns },
  );

/** Signatures good and spoiled, of all orders: single, in a batch, and found in it, against noble. */
export const signatures = (numRuns: number): void => {
  const claim = fc
    .tuple(bytes(32), fc.uint8Array({ maxLength: 200 }), fc.nat(7), fc.nat(7), fc.nat(5), fc.nat(127), fc.nat(7))
    .map(([seed, message, inKey, inNonce, kind, at, bit]) => {
      const own =
        kind < 2
          ? { publicKey: ed25519.getPublicKey(seed), message, signature: sign(message, seed) }
          : signWithTorsion(message, seed, TORSION[inKey]!, TORSION[inNonce]!);
      if (kind !== 5) return own;
      const spoiled = new Uint8Array([...own.signature, ...own.publicKey]);
      spoiled[at % 96]! ^= 1 << bit;
      return { ...own, signature: spoiled.slice(0, 64), publicKey: spoiled.slice(64) };
    });
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 5 }), bytes(32), (batch, fresh) => {
      const invalid = batch.flatMap((own, i) => (verify(own.signature, own.message, own.publicKey) ? [] : [i]));
      expect(batchVerifier.findInvalidVartime(batch, fresh)).toEqual(invalid);
      expect(batchVerifier.verify(batch, fresh)).toBe(invalid.length === 0);
      batch.forEach((own, i) => {
        expect(batchVerifier.verifyVartime(own.signature, own.message, own.publicKey)).toBe(!invalid.includes(i));
      });
    }),
    { numRuns },
  );
};

/** SHA-512 of parts, SHA-256, and trees, against noble. */
export const hashes = (numRuns: number): void =>
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), (all) => {
      const whole = new Uint8Array(all.flatMap((own) => [...own]));
      sha512Into(core, core.inBytes, all);
      expect(get(core.inBytes, 64)).toEqual(sha512(whole));
      expect(hasher.sha256(whole)).toEqual(nobleHasher.sha256(whole));
      expect(hasher.merkleRoot(all)).toEqual(nobleHasher.merkleRoot(all));
    }),
    { numRuns },
  );
