import { describe, expect, test } from 'vitest';
import { allOf, maskOf, mustInclude, type Policy, quorum, weighted } from '../src/index.ts';
import { expectRefusal } from './committee.ts';

const accepts = (policy: Policy, indices: readonly number[], n = 5): boolean => policy.accepts(maskOf(indices, n), n);

describe('a policy', () => {
  test('quorum counts', () => {
    expect([0, 1, 2, 3].map((k) => accepts(quorum(3), [4, 0, 2].slice(0, k)))).toEqual([false, false, false, true]);
    expect(accepts(quorum(6), [0, 1, 2, 3, 4])).toBe(false);
    for (const k of [0, -1, 1.5]) expectRefusal('out-of-range', () => quorum(k));
  });

  test('weighted sums exactly, far above 2^53', () => {
    const big = 2n ** 60n;
    const policy = weighted([big, big, 1n, 0n, 0n], 2n * big + 1n);
    expect(accepts(policy, [0, 1])).toBe(false);
    expect(accepts(policy, [0, 1, 3, 4])).toBe(false);
    expect(accepts(policy, [0, 1, 2])).toBe(true);
    expect(policy.accepts(maskOf([0, 1, 2], 6), 6)).toBe(false);
    expectRefusal('out-of-range', () => weighted([1n], 0n));
    expectRefusal('out-of-range', () => weighted([1n, -1n], 1n));
  });

  test('mustInclude names cosigners', () => {
    expect(accepts(mustInclude([1, 4]), [0, 1, 4])).toBe(true);
    expect(accepts(mustInclude([1, 4]), [0, 1, 2, 3])).toBe(false);
    expect(accepts(mustInclude([5]), [0, 1, 2, 3, 4])).toBe(false);
    for (const index of [-1, 0.5]) expectRefusal('out-of-range', () => mustInclude([index]));
  });

  test('allOf asks all of them', () => {
    const policy = allOf(quorum(2), mustInclude([3]));
    expect([[3], [0, 1], [0, 3]].map((indices) => accepts(policy, indices))).toEqual([false, false, true]);
    expect(accepts(allOf(), [])).toBe(true);
  });

  test('accepts no mask that does not fit', () => {
    for (const policy of [quorum(1), weighted([1n, 1n, 1n, 1n, 1n], 1n), mustInclude([0]), allOf()]) {
      expect(policy.accepts(Uint8Array.of(0b0010_0001), 5)).toBe(false);
      expect(policy.accepts(Uint8Array.of(1, 0), 5)).toBe(false);
      expect(policy.accepts(new Uint8Array(0), 5)).toBe(false);
      expect(policy.accepts(Uint8Array.of(1), 5)).toBe(true);
    }
  });

  test('does not change with the arrays that it was made of', () => {
    const weights = [1n, 0n];
    const indices = [0];
    const policy = allOf(weighted(weights, 1n), mustInclude(indices));
    weights[0] = 0n;
    indices[0] = 1;
    expect(policy.accepts(Uint8Array.of(1), 2)).toBe(true);
  });
});
