import { expect, test } from 'vitest';
import { checkBias, failureProbability, groupSizes, thresholdOf, toDecimal } from '../src/index.ts';
import { policyOf } from './driver.ts';

/** The same by trying every placement of the faulty. */
const tried = (n: number, groupSize: number, faulty: number) => {
  const sizes = groupSizes(n, policyOf(n, { groupSize, oneGroupUpTo: 0 }));
  let [all, stopped, known, either] = [0n, 0n, 0n, 0n];
  for (let mask = 0; mask < 2 ** n; mask++) {
    const bits = mask.toString(2).padStart(n, '0');
    if ([...bits].filter((bit) => bit === '1').length !== faulty) continue;
    let from = 0;
    const counts = sizes.map((size) => {
      const part = bits.slice(from, from + size);
      from += size;
      return [...part].filter((bit) => bit === '1').length;
    });
    const stops = counts.some((count, l) => sizes[l]! - count < thresholdOf(sizes[l]!));
    const knows = counts.every((count, l) => count >= thresholdOf(sizes[l]!));
    all++;
    if (stops) stopped++;
    if (knows) known++;
    if (stops || knows) either++;
  }
  return { all, stopped, known, either };
};

test('the probabilities are those of all placements, tried one by one', () => {
  for (const [n, groupSize] of [
    [4, 2],
    [7, 3],
    [9, 3],
    [10, 4],
    [12, 5],
  ] as const)
    for (let faulty = 0; faulty <= n; faulty++) {
      const { all, stopped, known, either } = tried(n, groupSize, faulty);
      const { liveness, bias, secrecy } = failureProbability(n, policyOf(n, { groupSize, oneGroupUpTo: 0 }), faulty);
      expect(liveness.numerator * all).toBe(stopped * liveness.denominator);
      expect(bias.numerator * all).toBe(either * bias.denominator);
      expect(secrecy.numerator * all).toBe(known * secrecy.denominator);
    }
});

test('in one group f faulty servers can do nothing, and f + 1 know everything', () => {
  for (const n of [4, 7, 13, 64]) {
    const { liveness, bias, secrecy } = failureProbability(n, policyOf(n));
    expect([liveness, bias, secrecy].map(({ numerator }) => numerator)).toEqual([0n, 0n, 0n]);
    const f = Math.floor((n - 1) / 3);
    expect(failureProbability(n, policyOf(n), f + 1).secrecy).toEqual({ numerator: 1n, denominator: 1n });
  }
});

test('up to f faulty servers never know every secret, however they are placed', () => {
  for (const n of [65, 100, 128, 300])
    for (const groupSize of [5, 16, 32])
      expect(failureProbability(n, policyOf(n, { groupSize })).secrecy.numerator).toBe(0n);
});

test('a policy above its target is refused', () => {
  const policy = policyOf(512, { groupSize: 64 });
  expect(toDecimal(failureProbability(512, policy).bias)).toBe('2.10e-8');
  expect(() => checkBias(512, { ...policy, biasBits: 25 })).not.toThrow();
  expect(() => checkBias(512, { ...policy, biasBits: 26 })).toThrow(
    expect.objectContaining({ code: 'insecure', facts: expect.objectContaining({ chance: '2.10e-8' }) }),
  );
});

test('probabilities are written with three digits', () => {
  const written = (numerator: bigint, denominator: bigint): string => toDecimal({ numerator, denominator });
  expect([written(0n, 1n), written(1n, 1n), written(1n, 3n), written(1n, 1000n), written(999n, 1000n)]).toEqual([
    '0',
    '1.00',
    '3.33e-1',
    '1.00e-3',
    '9.99e-1',
  ]);
});
