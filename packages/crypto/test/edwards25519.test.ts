import { ed25519, ed25519_hasher } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { expect, test } from 'vitest';
import { type CurvePoint, edwards25519, ORDER } from '../src/edwards25519.ts';
import { TORSION } from '../src/testing.ts';
import { xof } from '../src/transcript.ts';

const sum = edwards25519.multiScalarMultiply;

/** The map with the cofactor cleared; its declared type is that of curves over larger fields. */
const cleared = ed25519_hasher.mapToCurve as unknown as (u: bigint) => CurvePoint;

test('the order is ℓ, and the torsion subgroup has eight points', () => {
  expect(ORDER).toBe(ed25519.Point.Fn.ORDER);
  expect(new Set(TORSION.map((point) => Buffer.from(point.toBytes()).toString('hex'))).size).toBe(8);
});

test('eight times the map to the curve is the hash to the curve of noble', () => {
  const random = xof('ios/crypto/v1/map-to-curve-test');
  const p = ed25519.Point.Fp.ORDER;
  const elements = [0n, 1n, p - 1n, ...Array.from({ length: 60 }, () => bytesToNumberLE(random.read(64)) % p)];
  const mapped = elements.map((u): CurvePoint => edwards25519.mapToCurve(numberToBytesLE(u, 32)));
  for (const [i, point] of mapped.entries()) {
    expect(sum([point], [8n]).equals(cleared(elements[i]!))).toBe(true);
  }
  expect(mapped.some((point) => edwards25519.isPrimeOrder(point))).toBe(true);
  expect(mapped.some((point) => !edwards25519.isPrimeOrder(point))).toBe(true);
});

test('points of another implementation are refused', () => {
  const { base } = edwards25519;
  const foreign: CurvePoint = { ...base, toBytes: () => base.toBytes() };
  expect(() => base.add(foreign)).toThrow();
  expect(() => base.subtract(foreign)).toThrow();
  expect(() => base.equals(foreign)).toThrow();
});
