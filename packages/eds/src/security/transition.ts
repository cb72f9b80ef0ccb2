import { assertInteger } from '../errors.ts';
import { faults } from '../policy.ts';
import { choose, fraction, type Probability } from './probability.ts';

/** The most validators for which {@link transitionRisk} counts every case. */
export const MAX_COUNTED = 64;

/** Exact chances about one shard of one transition between two independent, uniform assignments. */
export interface TransitionRisk {
  /** That some committee, of the two assignments or between them, has more faulty members than it bears. */
  readonly any: Probability;
  /** That both assignments are good, and a mixed committee between them is not. */
  readonly hidden: Probability;
}

/** One transition of a shard. */
export interface TransitionQuestion {
  readonly n: number;
  readonly bad: number;
  readonly size: number;
  /** Swaps in one step. */
  readonly batch: number;
}

/**
 * Counts all cases of one shard's transition; no bound is taken.
 * @throws EdsError `out-of-range`, also for more than 64 validators
 */
export const transitionRisk = ({ n, bad, size, batch }: TransitionQuestion): TransitionRisk => {
  assertInteger(n, 1, MAX_COUNTED, 'number of validators');
  assertInteger(bad, 0, n, 'number of faulty validators');
  assertInteger(size, 1, n, 'size of a shard');
  assertInteger(batch, 1, size, 'batch');
  const all = choose(n, size) ** 2n;
  const f = faults(size);
  let [good, hidden] = [fraction(0n, 1n), fraction(0n, 1n)];
  for (const { ways, before, after, leaving, arriving, swaps } of overlaps(n, bad, size)) {
    if (before > f || after > f) continue;
    const within = pathWithin({ before, leaving, arriving, swaps, batch, limit: f });
    good = sum(good, ways * within.numerator, all * within.denominator);
    hidden = sum(hidden, ways * (within.denominator - within.numerator), all * within.denominator);
  }
  return { any: fraction(good.denominator - good.numerator, good.denominator), hidden };
};

const sum = ({ numerator, denominator }: Probability, p: bigint, q: bigint): Probability =>
  fraction(numerator * q + p * denominator, denominator * q);

/** How two assignments of a shard can lie to each other, by the number of faulty members; `ways` add up to C(n, size)². */
interface Overlap {
  readonly ways: bigint;
  readonly before: number;
  readonly after: number;
  /** Faulty ones among those who leave, and who arrive. */
  readonly leaving: number;
  readonly arriving: number;
  readonly swaps: number;
}

function* overlaps(n: number, bad: number, size: number): Generator<Overlap> {
  for (let before = 0; before <= Math.min(bad, size); before++) {
    const old = choose(bad, before) * choose(n - bad, size - before);
    for (let staying = 0; staying <= before; staying++)
      for (let stayingGood = 0; stayingGood <= size - before; stayingGood++)
        for (let arriving = 0; arriving <= bad - before; arriving++) {
          const swaps = size - staying - stayingGood;
          const outside = choose(bad - before, arriving) * choose(n - size - (bad - before), swaps - arriving);
          const ways = old * choose(before, staying) * choose(size - before, stayingGood) * outside;
          const after = staying + arriving;
          if (ways > 0n) yield { ways, before, after, leaving: before - staying, arriving, swaps };
        }
  }
}

/** A way from one committee to another: faulty ones before, among the leaving, among the arriving; steps of `batch`. */
export interface Path {
  readonly before: number;
  readonly leaving: number;
  readonly arriving: number;
  readonly swaps: number;
  readonly batch: number;
  readonly limit: number;
}

/** The chance, over uniform orders of both lists, that no committee strictly between the ends has more than `limit` faulty. */
export const pathWithin = ({ before, leaving, arriving, swaps, batch, limit }: Path): Probability => {
  // ways[l][a]: how many ways lead to l faulty having left and a having arrived without a committee above the limit.
  let ways = new Map<string, readonly [l: number, a: number, count: bigint]>([['0/0', [0, 0, 1n]]]);
  let all = 1n;
  for (let done = 0; done < swaps; done += batch) {
    const step = Math.min(batch, swaps - done);
    const next = new Map<string, readonly [number, number, bigint]>();
    all *= choose(swaps - done, step) ** 2n;
    for (const [l, a, count] of ways.values())
      for (let dl = 0; dl <= Math.min(step, leaving - l); dl++)
        for (let da = 0; da <= Math.min(step, arriving - a); da++) {
          const last = done + step === swaps;
          if (!last && before - l - dl + a + da > limit) continue;
          const left = choose(leaving - l, dl) * choose(swaps - done - (leaving - l), step - dl);
          const arrived = choose(arriving - a, da) * choose(swaps - done - (arriving - a), step - da);
          const key = `${l + dl}/${a + da}`;
          const found = next.get(key)?.[2] ?? 0n;
          if (left * arrived > 0n) next.set(key, [l + dl, a + da, found + count * left * arrived]);
        }
    ways = next;
  }
  let within = 0n;
  for (const [, , count] of ways.values()) within += count;
  return fraction(within, all);
};
