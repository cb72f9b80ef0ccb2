import { readFileSync } from 'node:fs';
import { TORSION } from '@ios/crypto/testing';
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, hexToBytes, numberToBytesLE } from '@noble/curves/utils.js';
import { describe, expect, test } from 'vitest';
import { type CurvePoint, createCurve25519 } from '../src/index.ts';
import { order, p } from './raw.ts';

const { edwards25519, ristretto255, batchVerifier } = createCurve25519();
const { base, identity } = edwards25519;
const torsion = TORSION.map((point) => edwards25519.fromBytes(point.toBytes())!);
const crypto = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

describe('decoding', () => {
  const sign = 2n ** 255n;
  const y = (point: CurvePoint): bigint => bytesToNumberLE(point.toBytes());
  test('what RFC 8032 refuses', () => {
    const refused = [p, p + 1n, 2n ** 255n - 1n, 1n + sign, p - 1n + sign, p + sign, p + 1n + sign, 2n, 2n + sign];
    for (const own of refused) expect(edwards25519.fromBytes(numberToBytesLE(own, 32))).toBeUndefined();
  });
  test('what RFC 8032 accepts, of small and mixed order too', () => {
    const mixed = torsion.map((own) => own.add(base));
    for (const own of [...torsion, ...mixed, base, identity]) {
      const again = edwards25519.fromBytes(own.toBytes());
      expect(again?.equals(own)).toBe(true);
      expect(again?.toBytes()).toEqual(own.toBytes());
    }
    expect(y(identity)).toBe(1n);
    expect(bytesToNumberLE(base.toBytes())).toBe(bytesToNumberLE(ed25519.Point.BASE.toBytes()));
  });
  test('bytes of another length, and no bytes at all, are no point', () => {
    for (const length of [0, 31, 33]) expect(edwards25519.fromBytes(new Uint8Array(length).fill(1))).toBeUndefined();
    for (const own of [undefined, null, '0', [1]]) {
      expect(edwards25519.fromBytes(own as unknown as Uint8Array)).toBeUndefined();
    }
  });
  test('a point does not change with the bytes it was made of, or gave', () => {
    const bytes = base.toBytes();
    const point = edwards25519.fromBytes(bytes)!;
    bytes.fill(0);
    point.toBytes().fill(0);
    expect(point.equals(base)).toBe(true);
    expect(point.toBytes()).toEqual(base.toBytes());
  });
  test('nor with those of a Buffer, whose slices share its memory', () => {
    for (const group of [edwards25519, ristretto255]) {
      const expected = group.base.toBytes();
      const buffer = Buffer.from(expected);
      const own = group.fromBytes(buffer)!;
      buffer.fill(0);
      expect(own.toBytes()).toEqual(expected);
      own.toBytes().fill(0);
      expect(own.toBytes()).toEqual(expected);
    }
  });
});

describe('orders', () => {
  test('only points of order exactly ℓ pass', () => {
    expect(edwards25519.isPrimeOrder(base)).toBe(true);
    expect(edwards25519.isPrimeOrder(base.multiply(order - 1n))).toBe(true);
    expect(edwards25519.isPrimeOrder(base.subtract(base))).toBe(false);
    torsion.forEach((own, i) => {
      expect(edwards25519.isPrimeOrder(own)).toBe(false);
      expect(edwards25519.isPrimeOrder(base.multiply(5n).add(own))).toBe(i === 0);
    });
  });
  test('multiples of points with torsion are those of the integer', () => {
    for (const own of torsion) {
      const point = base.add(own);
      for (const k of [1n, 2n, 7n, 8n, order - 1n, order - 3n, 2n ** 252n]) {
        const expected = base.multiply(k).add(torsionMultiple(own, k));
        expect(point.multiply(k).equals(expected)).toBe(true);
        expect(edwards25519.multiScalarMultiply([point], [k]).equals(expected)).toBe(true);
        const many = [...torsion, ...torsion].map((other) => other.add(point));
        const sum = many.reduce((all, other) => all.add(other.multiply(k)), identity);
        const scalars = many.map(() => k);
        expect(edwards25519.multiScalarMultiply(many, scalars).equals(sum)).toBe(true);
      }
    }
  });
  test('many terms with torsion, by buckets', () => {
    const points = Array.from({ length: 300 }, (_, i) => torsion[i % 8]!.add(i % 3 === 0 ? base : identity));
    const scalars = points.map((_, i) => order - 1n - BigInt(i));
    const small = scalars.map((own) => own % 8n);
    const inBase = scalars.reduce((sum, own, i) => (i % 3 === 0 ? sum + own : sum), 0n) % order;
    let expected = base.multiply(inBase);
    points.forEach((_, i) => {
      expected = expected.add(torsionMultiple(torsion[i % 8]!, small[i]!));
    });
    const decoded = points.map((own) => edwards25519.fromBytes(own.toBytes())!);
    const some = points.map((own, i) => (i % 5 === 0 ? decoded[i]! : own));
    for (const own of [points, decoded, some]) {
      expect(edwards25519.multiScalarMultiply(own, scalars).equals(expected)).toBe(true);
      const withBase = edwards25519.multiScalarMultiply([base, ...own, base], [5n, ...scalars, order - 2n]);
      expect(withBase.equals(expected.add(base.multiply(3n)))).toBe(true);
    }
  });
  test('the base point among the terms', () => {
    const { multiScalarMultiply } = edwards25519;
    const point = base.add(torsion[1]!);
    const expected = base.multiply(9n).add(point).add(point);
    expect(multiScalarMultiply([base, point, base], [4n, 2n, 5n]).equals(expected)).toBe(true);
    expect(multiScalarMultiply([base, base], [order - 1n, 1n]).is0()).toBe(true);
    expect(multiScalarMultiply([base, point, base], [order - 1n, 2n, 1n]).equals(point.add(point))).toBe(true);
    expect(multiScalarMultiply([base], [order - 1n]).equals(base.negate())).toBe(true);
    const other = createCurve25519().edwards25519;
    expect(other.multiScalarMultiply([base, other.base], [4n, 5n]).equals(base.multiply(9n))).toBe(true);
  });
  test('equality and the neutral point', () => {
    for (const a of torsion) {
      for (const b of torsion) expect(a.equals(b)).toBe(a === b);
      expect(a.is0()).toBe(a === torsion[0]);
      expect(a.add(a.negate()).is0()).toBe(true);
      expect(base.add(a).subtract(base).equals(a)).toBe(true);
    }
    expect(identity.is0()).toBe(true);
    expect(edwards25519.multiScalarMultiply([], []).is0()).toBe(true);
    expect(edwards25519.multiScalarMultiply([base], [0n]).is0()).toBe(true);
  });
});

/** k times a point of small order, by additions. */
const torsionMultiple = (point: CurvePoint, k: bigint): CurvePoint => {
  let sum = identity;
  for (let i = 0n; i < k % 8n; i++) sum = sum.add(point);
  return sum;
};

describe('Elligator 2', () => {
  const { maps } = JSON.parse(readFileSync(new URL('./vectors/elligator2.json', import.meta.url), 'utf8'));
  test('the vectors of RFC 9380', () => {
    expect(maps.length).toBe(13);
    for (const { u, x, y } of maps) {
      const point = edwards25519.mapToCurve(hexToBytes(u).reverse());
      const peer = ed25519.Point.fromAffine({ x: BigInt(`0x${x}`), y: BigInt(`0x${y}`) });
      expect(point.toBytes()).toEqual(peer.toBytes());
    }
  });
  test('of zero, the neutral point', () => {
    expect(edwards25519.mapToCurve(new Uint8Array(32)).is0()).toBe(true);
  });
  test('numbers from p on, and other lengths, are refused', () => {
    for (const own of [p, p + 1n, p + 18n, 2n ** 255n, 2n ** 256n - 1n]) {
      expect(() => edwards25519.mapToCurve(numberToBytesLE(own, 32))).toThrow(crypto('out-of-range'));
    }
    for (const own of [p - 1n, p - 20n, p - 256n, 2n ** 254n]) edwards25519.mapToCurve(numberToBytesLE(own, 32));
    expect(() => edwards25519.mapToCurve(new Uint8Array(31))).toThrow(crypto('bad-length'));
  });
});

test('arguments out of range', () => {
  for (const scalar of [0n, -1n, order, 2n ** 256n]) {
    expect(() => base.multiply(scalar)).toThrow(crypto('out-of-range'));
    expect(() => torsion[3]!.multiply(scalar)).toThrow(crypto('out-of-range'));
    expect(() => edwards25519.multiplyBase(scalar)).toThrow(crypto('out-of-range'));
  }
  for (const scalar of [-1n, order]) {
    expect(() => edwards25519.multiScalarMultiply([base], [scalar])).toThrow(crypto('out-of-range'));
  }
  expect(() => edwards25519.multiScalarMultiply([base], [])).toThrow(crypto('bad-length'));
  for (const foreign of [ristretto255.base, {}, null, undefined] as unknown as CurvePoint[]) {
    expect(() => base.add(foreign)).toThrow(crypto('wrong-group'));
    expect(() => base.subtract(foreign)).toThrow(crypto('wrong-group'));
    expect(() => base.equals(foreign)).toThrow(crypto('wrong-group'));
    expect(() => edwards25519.isPrimeOrder(foreign)).toThrow(crypto('wrong-group'));
    expect(() => edwards25519.multiScalarMultiply([foreign], [1n])).toThrow(crypto('wrong-group'));
  }
});

test('its rule for signatures is that of the verifier', () => {
  expect(edwards25519.verify).toBe(batchVerifier.verifyVartime);
  expect(edwards25519.order).toBe(order);
});
