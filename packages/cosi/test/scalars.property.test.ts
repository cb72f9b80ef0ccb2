import { ORDER } from '@ios/crypto/edwards25519';
import { numberToBytesLE } from '@noble/curves/utils.js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeScalar, sumOfScalars } from '../src/scalars.ts';

const edges = [0n, 1n, 2n ** 32n - 1n, 2n ** 252n - 1n, 2n ** 252n, ORDER - 2n, ORDER - 1n];
const scalar = fc.oneof(fc.bigInt(0n, ORDER - 1n), fc.constantFrom(...edges));
const encode = (value: bigint): Uint8Array => numberToBytesLE(value, 32);

test('a sum of scalars is theirs modulo the order', () => {
  fc.assert(
    fc.property(fc.array(scalar, { maxLength: 40 }), (scalars) => {
      const expected = scalars.reduce((sum, own) => sum + own, 0n) % ORDER;
      expect(sumOfScalars(ORDER, scalars.map(encode))).toEqual({ sum: expected });
    }),
  );
});

test('of as many as a roster can have, all as large as can be, and as views into one array', () => {
  const all = new Uint8Array(32 * 65_536);
  const views = Array.from({ length: 65_536 }, (_, i) => all.subarray(32 * i, 32 * (i + 1)));
  for (const view of views) view.set(encode(ORDER - 1n));
  expect(sumOfScalars(ORDER, views)).toEqual({ sum: ORDER - 65_536n });
});

test('the first that is no scalar is named', () => {
  const wrong = fc.oneof(
    fc.bigInt(ORDER, 2n ** 256n - 1n).map(encode),
    fc.constantFrom(ORDER, ORDER + 1n, 2n ** 252n + 2n ** 128n, 2n ** 256n - 1n).map(encode),
    fc.constantFrom(0, 31, 33).map((length) => new Uint8Array(length)),
  );
  fc.assert(
    fc.property(
      fc.array(scalar, { maxLength: 5 }),
      wrong,
      fc.array(fc.oneof(scalar.map(encode), wrong)),
      (good, bad, rest) => {
        expect(decodeScalar(ORDER, bad)).toBeUndefined();
        expect(sumOfScalars(ORDER, [...good.map(encode), bad, ...rest])).toEqual({ bad: good.length });
      },
    ),
  );
});
