import { numberToBytesLE } from '@noble/curves/utils.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { getPublicKey } from '../src/ed25519.ts';
import {
  BASE,
  decodePoint,
  decodePrimeOrderPoint,
  IDENTITY,
  isPrimeOrder,
  isPrimeOrderKey,
  isValidKey,
  multiScalarMultiply,
  ORDER,
  sumPoints,
} from '../src/edwards25519.ts';
import { TORSION } from '../src/testing.ts';

const p = 2n ** 255n - 19n;
const SIGN = 2n ** 255n;
const key = getPublicKey(new Uint8Array(32).fill(9));
const refused = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

/** Encodings that a permissive decoder takes: y from p on, where y - p is on the curve, and a sign on x = 0. */
const nonCanonical = [
  ...Array.from({ length: 19 }, (_, y) => p + BigInt(y)).flatMap((y) => [y, y + SIGN]),
  1n + SIGN,
  p - 1n + SIGN,
].map((y) => numberToBytesLE(y, 32));

test('the constants', () => {
  expect(
    BASE.multiplyUnsafe(ORDER - 1n)
      .add(BASE)
      .is0(),
  ).toBe(true);
  expect(bytesToHex(BASE.toBytes())).toBe('58'.padEnd(64, '66'));
  expect(bytesToHex(IDENTITY.toBytes())).toBe('01'.padEnd(64, '0'));
});

describe('decoding', () => {
  test('gives the point back', () => {
    for (const point of [BASE, IDENTITY, ...TORSION, BASE.add(TORSION[3]!)]) {
      expect(decodePoint(point.toBytes()).equals(point)).toBe(true);
    }
  });
  test('refuses every encoding that is not canonical', () => {
    expect(nonCanonical.length).toBe(40);
    for (const bytes of nonCanonical) {
      expect(() => decodePoint(bytes)).toThrow(refused('bad-encoding'));
      expect(isValidKey(bytes)).toBe(false);
      expect(isPrimeOrderKey(bytes)).toBe(false);
    }
  });
  test('refuses other lengths and a y without an x', () => {
    for (const length of [0, 31, 33]) {
      expect(() => decodePoint(new Uint8Array(length))).toThrow(refused('bad-length'));
      expect(isValidKey(new Uint8Array(length))).toBe(false);
      expect(isPrimeOrderKey(new Uint8Array(length))).toBe(false);
    }
    expect(() => decodePoint(numberToBytesLE(2n, 32))).toThrow(refused('bad-encoding'));
    expect(isValidKey(numberToBytesLE(2n, 32))).toBe(false);
  });
});

describe('orders', () => {
  const mixed = TORSION.slice(1).map((torsion) => decodePoint(key).add(torsion));

  test('an honest key has prime order', () => {
    expect(isValidKey(key)).toBe(true);
    expect(isPrimeOrderKey(key)).toBe(true);
    expect(decodePrimeOrderPoint(key).equals(decodePoint(key))).toBe(true);
  });
  test('the eight points of small order are no keys', () => {
    expect(new Set(TORSION.map((point) => bytesToHex(point.toBytes()))).size).toBe(8);
    for (const point of TORSION) {
      expect(isValidKey(point.toBytes())).toBe(false);
      expect(isPrimeOrderKey(point.toBytes())).toBe(false);
      expect(isPrimeOrder(point)).toBe(false);
      expect(() => decodePrimeOrderPoint(point.toBytes())).toThrow(refused('bad-encoding'));
    }
  });
  test('a point of mixed order may own, and may not validate', () => {
    for (const point of mixed) {
      expect(isValidKey(point.toBytes())).toBe(true);
      expect(isPrimeOrderKey(point.toBytes())).toBe(false);
      expect(() => decodePrimeOrderPoint(point.toBytes())).toThrow(refused('bad-encoding'));
    }
  });
});

test('sums', () => {
  const points = [BASE, BASE.double(), decodePoint(key)];
  expect(sumPoints([]).equals(IDENTITY)).toBe(true);
  expect(sumPoints(points).equals(BASE.multiply(3n).add(decodePoint(key)))).toBe(true);
  expect(sumPoints([BASE, BASE.negate()]).is0()).toBe(true);
});

test('sums of multiples, torsion included', () => {
  const mixed = decodePoint(key).add(TORSION[3]!);
  const sum = multiScalarMultiply([BASE, mixed], [5n, ORDER - 1n]);
  expect(sum.equals(BASE.multiply(5n).add(mixed.multiplyUnsafe(ORDER - 1n)))).toBe(true);
  expect(sum.isTorsionFree()).toBe(false);
  expect(multiScalarMultiply([], []).is0()).toBe(true);
  expect(() => multiScalarMultiply([BASE], [])).toThrow(refused('bad-length'));
  for (const wrong of [-1n, ORDER]) expect(() => multiScalarMultiply([BASE], [wrong])).toThrow(refused('out-of-range'));
});
