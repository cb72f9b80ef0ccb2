import fc from 'fast-check';
import { expect, test } from 'vitest';
import { insert, type Keyed, page, remove, type SortedRuns } from '../src/sorted-runs.ts';

const keyed = (number: number): Keyed => ({ key: String.fromCharCode(number) });

/** Keys to put in, of which those that are there already are taken out: by chance, or ascending, or descending. */
const numbers = fc.integer({ min: 1, max: 2000 });
const turns = fc.tuple(fc.array(numbers, { maxLength: 1500, size: 'max' }), fc.constantFrom(0, 1, -1));
const windows = fc.array(fc.record({ limit: fc.nat(300), after: fc.option(fc.nat(2100), { nil: undefined }) }), {
  minLength: 5,
  maxLength: 20,
});

test('runs hold what a sorted list holds, whatever comes and goes, and show the same pages of it', () => {
  fc.assert(
    fc.property(turns, windows, ([chosen, direction], windows) => {
      const runs: SortedRuns<Keyed> = [[keyed(0)]];
      const there = new Set<number>();
      for (const number of direction === 0 ? chosen : chosen.toSorted((a, b) => direction * (a - b))) {
        if (there.delete(number)) remove(runs, keyed(number).key);
        else {
          there.add(number);
          insert(runs, keyed(number));
        }
      }
      const sorted = [0, ...there].sort((a, b) => a - b);
      expect(page(runs, Number.POSITIVE_INFINITY)).toEqual(sorted.map(keyed));
      for (const { limit, after } of windows) {
        const above = sorted.filter((number) => after === undefined || number > after);
        const key = after === undefined ? undefined : keyed(after).key;
        expect(page(runs, limit, key)).toEqual(above.slice(0, limit).map(keyed));
      }
      for (const run of runs) {
        expect(run.length).toBeGreaterThan(0);
        expect(run.length).toBeLessThanOrEqual(64);
      }
      for (const number of there) remove(runs, keyed(number).key);
      expect(runs).toEqual([[keyed(0)]]);
    }),
    { numRuns: 100 },
  );
});

test('nothing has no pages', () => {
  expect(page([], 5)).toEqual([]);
  expect(page([], 5, 'a')).toEqual([]);
});

test('a page of a list of a hundred thousand looks at few of its keys', () => {
  let looked = 0;
  const counted = (number: number): Keyed => ({
    get key() {
      looked++;
      return String(number).padStart(6, '0');
    },
  });
  const runs: SortedRuns<Keyed> = [[counted(0)]];
  for (let i = 1; i < 100_000; i++) insert(runs, counted((i * 61_803) % 100_000));
  for (const after of ['000000', '050000', '099989']) {
    looked = 0;
    const items = page(runs, 10, after);
    expect(looked).toBeLessThan(40);
    expect(items.map(({ key }) => Number(key))).toEqual(Array.from({ length: 10 }, (_, i) => Number(after) + i + 1));
  }
});
