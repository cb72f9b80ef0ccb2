import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assess,
  binomialTail,
  check,
  faults,
  formatProbability,
  fraction,
  hypergeometricTail,
  isAtMost,
  type Probability,
  type ShardPolicy,
  smallestCommittee,
  transitionRisk,
} from '../src/index.ts';
import { choose } from '../src/security/probability.ts';
import { pathWithin } from '../src/security/transition.ts';

const of = (numerator: number, denominator: number): Probability => fraction(BigInt(numerator), BigInt(denominator));
const millionth = of(1, 1_000_000);
const refused = (code: string) => expect.objectContaining({ name: 'EdsError', code });
const toNumber = ({ numerator, denominator }: Probability): number =>
  Number((numerator * 10n ** 15n) / denominator) / 1e15;

/** All subsets of 0 … n - 1 with `size` members, as bit masks. */
const subsets = (n: number, size: number): number[] =>
  [...Array(2 ** n).keys()].filter((mask) => mask.toString(2).replaceAll('0', '').length === size);
const bits = (mask: number): number => mask.toString(2).replaceAll('0', '').length;

describe('tails', () => {
  test('hypergeometric: the same as counting every subset', () => {
    for (const n of [4, 7, 9])
      for (let bad = 0; bad <= n; bad++)
        for (let size = 1; size <= n; size++) {
          const all = subsets(n, size);
          const over = all.filter((mask) => bits(mask & (2 ** bad - 1)) > faults(size)).length;
          expect(hypergeometricTail(n, bad, size), `${n} ${bad} ${size}`).toEqual(of(over, all.length));
        }
  });

  test('binomial: the same as counting every outcome', () => {
    for (const [p, q] of [
      [1, 4],
      [1, 3],
      [0, 1],
      [1, 1],
    ] as const)
      for (let size = 1; size <= 9; size++) {
        let over = 0;
        for (let mask = 0; mask < 2 ** size; mask++)
          if (bits(mask) > faults(size)) over += p ** bits(mask) * (q - p) ** (size - bits(mask));
        expect(binomialTail(of(p, q), size)).toEqual(of(over, q ** size));
      }
  });

  test('with many validators the hypergeometric tail comes near the binomial one, from below', () => {
    const limit = toNumber(binomialTail(of(1, 4), 100));
    const near = toNumber(hypergeometricTail(1_000_000, 250_000, 100));
    expect(near).toBeLessThan(limit);
    expect(near / limit).toBeGreaterThan(0.998);
  });

  test('the smallest committee for one in a million', () => {
    expect(smallestCommittee(of(1, 8), millionth)).toBe(79);
    expect(smallestCommittee(of(1, 5), millionth)).toBe(238);
    expect(smallestCommittee(of(1, 4), millionth)).toBe(661);
    // Smaller ones of the form 3f + 1 hold by themselves.
    expect(isAtMost(binomialTail(of(1, 8), 76), millionth)).toBe(true);
    expect(isAtMost(binomialTail(of(1, 8), 77), millionth)).toBe(false);
    expect(smallestCommittee(of(0, 1), millionth)).toBe(1);
  });

  test('arguments out of range are refused', () => {
    expect(() => hypergeometricTail(10, 11, 3)).toThrow(refused('out-of-range'));
    expect(() => hypergeometricTail(10, 3, 11)).toThrow(refused('out-of-range'));
    expect(() => hypergeometricTail(10, 3, 0)).toThrow(refused('out-of-range'));
    expect(() => binomialTail(of(3, 2), 4)).toThrow(refused('out-of-range'));
    expect(() => smallestCommittee(of(1, 8), of(0, 1))).toThrow(refused('out-of-range'));
    expect(() => fraction(-1n, 2n)).toThrow(refused('out-of-range'));
    expect(() => fraction(1n, 0n)).toThrow(refused('out-of-range'));
  });
});

describe('an epoch', () => {
  const policy: ShardPolicy = { shards: 4, shardSize: 100, batch: 4 };

  test('the bound adds up every shard and every mixed committee', () => {
    // 403 validators: three shards of 101 and one of 100; floor(log2(4.03)) = 2 swaps a step, so 50 and 49 mixed ones.
    const report = assess({ n: 403, bad: 60, policy });
    expect(report.mixedCommittees).toBe(3 * 50 + 49);
    const [large, small] = [hypergeometricTail(403, 60, 101), hypergeometricTail(403, 60, 100)].map(toNumber);
    expect(toNumber(report.assignment)).toBeCloseTo(3 * large! + small!, 11);
    expect(toNumber(report.mixed)).toBeCloseTo(150 * large! + 49 * small!, 11);
    expect(toNumber(report.total)).toBeCloseTo(153 * large! + 50 * small!, 11);
  });

  test('a configuration above its target is refused, with the figures', () => {
    expect(() => check({ n: 400, bad: 80, policy }, millionth)).toThrow(
      expect.objectContaining({
        code: 'insecure',
        facts: expect.objectContaining({ target: '1e-6', n: 400, bad: 80 }),
      }),
    );
    const { total } = check({ n: 400, bad: 40, policy }, of(1, 1_000));
    expect(check({ n: 400, bad: 40, policy }, total).total).toEqual(total);
    expect(() => check({ n: 8, bad: 2, policy: { shards: 2, shardSize: 4, batch: 1 } }, of(1, 2))).toThrow(
      refused('insecure'),
    );
    expect(() => assess({ n: 8, bad: 9, policy: { shards: 2, shardSize: 4, batch: 1 } })).toThrow(
      refused('out-of-range'),
    );
  });
});

describe('transitions', () => {
  const small = { n: 8, bad: 2, size: 4, batch: 1 };

  /** Both shards of eight validators, two of them faulty: the shards are each other's rest, their orders independent. */
  const bothShards = (): { good: Probability; hidden: Probability } => {
    let [good, hidden, all] = [0n, 0n, 0n];
    const scale = 10n ** 30n;
    for (const before of subsets(8, 4))
      for (const after of subsets(8, 4)) {
        const faulty = (mask: number): number => bits(mask & 3);
        all += scale;
        if ([before, 255 ^ before, after, 255 ^ after].some((mask) => faulty(mask) > 1)) continue;
        const [leaving, arriving] = [before & ~after, after & ~before];
        const swaps = bits(leaving);
        const one = pathWithin({
          before: faulty(before),
          leaving: faulty(leaving),
          arriving: faulty(arriving),
          swaps,
          batch: 1,
          limit: 1,
        });
        const other = pathWithin({
          before: faulty(255 ^ before),
          leaving: faulty(arriving),
          arriving: faulty(leaving),
          swaps,
          batch: 1,
          limit: 1,
        });
        const within = (scale * one.numerator * other.numerator) / (one.denominator * other.denominator);
        good += scale;
        hidden += scale - within;
      }
    return { good: fraction(good, all), hidden: fraction(hidden, all) };
  };

  test('8 validators, 2 shards, 2 faulty: of transitions between good assignments nearly a quarter pass through a bad one', () => {
    const { good, hidden } = bothShards();
    expect(toNumber(good)).toBeCloseTo((4 / 7) ** 2, 12);
    expect(toNumber(hidden) / toNumber(good)).toBeCloseTo(611 / 2560, 9);
  });

  test('one shard: the exact chances are below the bound, and the hidden ones are there', () => {
    const { any, hidden } = transitionRisk(small);
    const tail = hypergeometricTail(8, 2, 4);
    expect(tail).toEqual(of(3, 14));
    // Two ends and at most three between them.
    expect(toNumber(any)).toBeLessThan(5 * toNumber(tail));
    expect(toNumber(any)).toBeGreaterThan(toNumber(tail));
    expect(hidden).toEqual(of(9, 196));
  });

  test('a mixed committee is as a uniform draw: its chance is the hypergeometric tail', () => {
    // With one swap in the middle of two there is one mixed committee: hidden + (an end is bad and it is good) …
    for (const mask of subsets(6, 2)) {
      let [over, all] = [0, 0];
      // Every way from every pair to every other pair, one swap made of two.
      for (const before of subsets(6, 2))
        for (const after of subsets(6, 2))
          for (const out of single(before & ~after))
            for (const into of single(after & ~before)) {
              const weight = 4 / (bits(before & ~after) * bits(after & ~before));
              all += weight;
              if (((before ^ out) | into) === mask) over += weight;
            }
      expect(over / all).toBeCloseTo(1 / Number(choose(6, 2)), 12);
    }
  });

  test('larger steps pass through fewer committees', () => {
    const [one, two] = [1, 2].map((batch) => toNumber(transitionRisk({ n: 20, bad: 5, size: 10, batch }).any));
    expect(two).toBeLessThan(one!);
    const all = transitionRisk({ n: 20, bad: 5, size: 10, batch: 10 });
    expect(all.hidden).toEqual(of(0, 1));
  });

  test('more than 64 validators are refused', () => {
    expect(() => transitionRisk({ n: 65, bad: 1, size: 4, batch: 1 })).toThrow(refused('out-of-range'));
  });
});

/** The single members of a set, as masks. */
const single = (mask: number): number[] => [...Array(8).keys()].map((i) => 1 << i).filter((bit) => (mask & bit) !== 0);

describe('how probabilities read', () => {
  test('rounded up', () => {
    const shown = (p: number, q: number): string => formatProbability(of(p, q));
    expect(shown(0, 1)).toBe('0');
    expect(shown(1, 1)).toBe('1');
    expect(shown(3, 2)).toBe('over 1');
    expect(shown(1, 3)).toBe('0.334');
    expect(shown(1, 4)).toBe('0.25');
    expect(shown(1, 1_000_000)).toBe('1e-6');
    expect(shown(2_500_001, 10 ** 13)).toBe('2.51e-7');
    expect(shown(999_999, 1_000_000)).toBe('1');
  });

  test('property: never smaller than the fraction, nor much larger', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 25 }), (p, exponent) => {
        const own = fraction(BigInt(p), 10n ** 9n * 10n ** BigInt(exponent));
        const shown = Number(formatProbability(own, 6));
        const exact = p / 10 ** (9 + exponent);
        expect(shown).toBeGreaterThan(exact * (1 - 1e-12));
        expect(shown).toBeLessThan(exact * (1 + 1.1e-5));
      }),
    );
  });
});
