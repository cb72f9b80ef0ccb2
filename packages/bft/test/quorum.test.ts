import { expect, test } from 'vitest';
import { faults, quorum } from '../src/index.ts';

/** The fewest members that two sets of `size` among `n` can share. */
const overlap = (n: number, size: number): number => Math.max(0, 2 * size - n);

test('for every n from 1 to 100: f is the largest with 3f < n', () => {
  for (let n = 1; n <= 100; n++) {
    expect(3 * faults(n)).toBeLessThan(n);
    expect(3 * (faults(n) + 1)).toBeGreaterThanOrEqual(n);
  }
});

test('for every n from 1 to 100: two quorums share an honest member, and the honest alone are one', () => {
  for (let n = 1; n <= 100; n++) {
    expect(overlap(n, quorum(n)), `n = ${n}`).toBeGreaterThanOrEqual(faults(n) + 1);
    expect(quorum(n), `n = ${n}`).toBeLessThanOrEqual(n - faults(n));
    // One less would not do for both at once: then f members could be in both, and all of them Byzantine.
    if (n % 3 === 1) expect(overlap(n, quorum(n) - 1), `n = ${n}`).toBeLessThan(faults(n) + 1);
  }
});

test('2f + 1 would not do where n is not 3f + 1', () => {
  const fails = (n: number): boolean => overlap(n, 2 * faults(n) + 1) < faults(n) + 1;
  expect(overlap(6, 2 * faults(6) + 1)).toBe(0);
  for (let n = 1; n <= 100; n++) expect(fails(n), `n = ${n}`).toBe(n % 3 !== 1);
});

test('a committee has members', () => {
  for (const n of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    for (const rule of [faults, quorum])
      expect(() => rule(n)).toThrow(expect.objectContaining({ name: 'BftError', code: 'bounds' }));
});
