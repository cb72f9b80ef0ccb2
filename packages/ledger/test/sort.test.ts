import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Change, canonicalDelta } from '../src/index.ts';
import { sortByHash } from '../src/sort.ts';

const changeOf = (key: Uint8Array): Change => ({ table: 1, key, old: undefined, new: Uint8Array.of(1) });

test('the buckets give the order that comparisons give, for spread and for crowded keys', () => {
  const spread = fc.uint8Array({ minLength: 5, maxLength: 5 });
  const crowded = fc
    .tuple(fc.nat({ max: 1 }), fc.nat(255), fc.nat(255))
    .map(([a, b, c]) => Uint8Array.of(9, a, 7, b, c));
  const keys = fc.oneof(
    ...[spread, crowded, fc.oneof(spread, crowded)].map((key) =>
      fc.uniqueArray(key, { maxLength: 200, selector: String, size: 'max' }),
    ),
  );
  fc.assert(
    fc.property(keys, (keys) => {
      const changes = keys.map(changeOf);
      expect(sortByHash(changes)).toEqual(canonicalDelta(changes));
    }),
    { numRuns: 100 },
  );
});

test('a hundred thousand keys that share two bytes are not compared each with each', () => {
  const crowded = Array.from({ length: 100_000 }, (_, i) => {
    const number = (i * 7919) % 100_003;
    return changeOf(Uint8Array.of(1, 2, number >> 16, number >> 8, number));
  });
  const start = performance.now();
  const sorted = sortByHash(crowded);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(sorted[0]!.key).toEqual(Uint8Array.of(1, 2, 0, 0, 0));
});
