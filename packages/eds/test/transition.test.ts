import { taggedHash } from '@ios/crypto/transcript';
import { numberToBytesBE } from '@noble/curves/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  assign,
  beginTransition,
  frontArrivals,
  isComplete,
  passTime,
  planTransition,
  type ShardPolicy,
  swapIn,
  type Transition,
  type TransitionInput,
} from '../src/index.ts';

const refused = (code: string) => expect.objectContaining({ name: 'EdsError', code });
const policy: ShardPolicy = { shards: 1, shardSize: 1, batch: 2 };
const rnd = (i: number): Uint8Array => taggedHash('ios/eds/v1/test', numberToBytesBE(i, 4));
const input = (committee: readonly (number | undefined)[], next: readonly number[]): TransitionInput => ({
  randomness: rnd(1),
  shard: 0,
  n: 40,
  policy,
  committee,
  next,
});
const begin = (committee: readonly (number | undefined)[], next: readonly number[]): Transition =>
  beginTransition(planTransition(input(committee, next)), committee, 100);
const sorted = (list: readonly (number | undefined)[]): number[] =>
  list.filter((member) => member !== undefined).sort((a, b) => a - b);

const committee = [0, 1, 2, 3, 4, 5, 6];
const next = [4, 5, 6, 10, 11, 12, 13];

describe('a transition', () => {
  test('batch by batch, each arrival takes the place of one who leaves', () => {
    let transition = begin(committee, next);
    expect(transition.batch).toBe(2);
    let steps = 0;
    while (!isComplete(transition)) {
      const before = transition.committee;
      const arrivals = frontArrivals(transition);
      transition = swapIn(transition, 101 + steps, arrivals);
      const changed = committee.filter((_, place) => before[place] !== transition.committee[place]);
      expect(changed).toHaveLength(arrivals.length);
      expect(transition.committee.slice(4)).toEqual([4, 5, 6]);
      steps++;
    }
    expect(steps).toBe(2);
    expect(sorted(transition.committee)).toEqual(next);
  });

  test('part of a batch can go first; the rest keeps its time', () => {
    const begun = begin(committee, next);
    const [a, b] = frontArrivals(begun);
    const half = swapIn(begun, 105, [b!]);
    expect(frontArrivals(half)).toEqual([a]);
    expect(half.since).toBe(100);
    const whole = swapIn(half, 106, [a!]);
    expect(frontArrivals(whole)).toHaveLength(2);
    expect(whole.since).toBe(106);
  });

  test('who is not in front is not swapped in, nor anybody twice', () => {
    const begun = begin(committee, next);
    const [a] = frontArrivals(begun);
    const later = next.find((member) => member >= 10 && !frontArrivals(begun).includes(member))!;
    for (const wrong of [[later], [99], [4], [a!, a!]])
      expect(() => swapIn(begun, 101, wrong)).toThrow(refused('not-in-front'));
  });

  test('late once: to the end of the queue; late twice: an empty seat, and its member is released', () => {
    const begun = begin(committee, next);
    const [a, b] = frontArrivals(begun);
    expect(passTime(begun, 109, 10)).toBe(begun);
    const once = passTime(begun, 110, 10);
    expect(once.committee).toEqual(committee);
    expect(once.since).toBe(110);
    expect(frontArrivals(once)).not.toContain(a);
    const others = swapIn(once, 112, frontArrivals(once));
    expect(frontArrivals(others)).toEqual([a, b]);
    const mended = swapIn(others, 113, [b!]);
    const twice = passTime(mended, 122, 10);
    expect(isComplete(twice)).toBe(true);
    expect(passTime(twice, 500, 10)).toBe(twice);
    expect(twice.committee.filter((member) => member === undefined)).toHaveLength(1);
    expect(sorted(twice.committee)).toEqual(next.filter((member) => member !== a));
    const place = begun.queue.find(({ arrives }) => arrives === a)!.place!;
    expect(twice.committee[place]).toBeUndefined();
  });

  test('an empty seat is filled first at the next transition', () => {
    const plan = planTransition(input([0, undefined, 2, 3], [0, 2, 10, 11]));
    expect(plan.swaps[0]).toMatchObject({ place: 1, leaves: undefined });
    expect(plan.swaps[1]).toMatchObject({ place: 3, leaves: 3 });
  });

  test('a shard grows at its end, and shrinks when all have arrived', () => {
    let grown = begin([0, 1, 2, 3], [0, 1, 2, 3, 10, 11]);
    expect(grown.queue.map(({ place }) => place)).toEqual([undefined, undefined]);
    grown = swapIn(grown, 101, frontArrivals(grown));
    grown = swapIn(grown, 102, frontArrivals(grown));
    expect(grown.committee.slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(sorted(grown.committee.slice(4))).toEqual([10, 11]);

    let shrunk = begin([0, 1, undefined, 3, 4, 5, 6], [0, 1, 3, 10]);
    while (!isComplete(shrunk)) shrunk = passTime(swapIn(shrunk, shrunk.since + 1, frontArrivals(shrunk)), 1_000, 1);
    expect(sorted(shrunk.committee)).toEqual([0, 1, 3, 10]);
    expect(shrunk.committee).toHaveLength(4);
  });

  test('seats go after all arrivals, so that a late one still finds its place', () => {
    // Batches of two: the one arrival is followed by three seats that go.
    const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const seven = [4, 5, 6, 7, 8, 9, 10];
    for (let i = 0; i < 8; i++) {
      const plan = planTransition({ ...input(ten, seven), randomness: rnd(i) });
      expect(plan.batch).toBe(2);
      let late = beginTransition(plan, ten, 0);
      expect(frontArrivals(late)).toEqual([10]);
      late = passTime(swapIn(late, 1, []), 10, 10);
      expect(late.committee).toEqual(ten);
      late = swapIn(late, 11, [10]);
      expect(late.committee).toHaveLength(10);
      while (!isComplete(late)) late = swapIn(late, 12, []);
      expect(sorted(late.committee)).toEqual(seven);
    }
  });

  test('nothing to do is complete at once', () => {
    expect(isComplete(begin(committee, [...committee].reverse()))).toBe(true);
  });

  test('malformed committees are refused', () => {
    expect(() => planTransition(input([0, 0], [1]))).toThrow(refused('bad-committee'));
    expect(() => planTransition(input([0], [1, 1]))).toThrow(refused('bad-committee'));
    expect(() => planTransition(input([0], [-1]))).toThrow(refused('out-of-range'));
    expect(() => planTransition({ ...input([0], [1]), randomness: new Uint8Array(31) })).toThrow(refused('bad-length'));
    expect(() => planTransition({ ...input([0], [1]), shard: -1 })).toThrow(refused('out-of-range'));
  });

  test('the orders depend on the randomness, and of the leaving on the shard', () => {
    const all = [...Array(30).keys()];
    const plan = (change: Partial<TransitionInput>) =>
      planTransition({
        ...input(
          all,
          all.map((i) => i + 100),
        ),
        n: 60,
        ...change,
      }).swaps;
    const leaves = (swaps: ReturnType<typeof plan>): string => swaps.map(({ leaves: own }) => own).join();
    const arrives = (swaps: ReturnType<typeof plan>): string => swaps.map(({ arrives: own }) => own).join();
    expect(leaves(plan({ shard: 1 }))).not.toBe(leaves(plan({})));
    expect(arrives(plan({ shard: 1 }))).toBe(arrives(plan({})));
    expect(leaves(plan({ randomness: rnd(2) }))).not.toBe(leaves(plan({})));
    expect(arrives(plan({ randomness: rnd(2) }))).not.toBe(arrives(plan({})));
  });
});

test('property: whoever is ready when, the committee ends as assigned but for those late twice, and never loses a third', () => {
  const run = fc.record({
    n: fc.integer({ min: 4, max: 40 }),
    shards: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(1_000),
    ready: fc.array(fc.nat(3), { minLength: 200, maxLength: 200 }),
  });
  fc.assert(
    fc.property(run, ({ n, shards, seed, ready }) => {
      fc.pre(shards <= n);
      const own: ShardPolicy = { shards, shardSize: Math.max(1, Math.floor(n / shards / 4)), batch: 8 };
      const [old, now] = [assign(rnd(seed), n, own), assign(rnd(seed + 1), n, own)];
      old.forEach((members, shard) => {
        const target = now[shard]!;
        const plan = planTransition({
          randomness: rnd(seed + 1),
          shard,
          n,
          policy: own,
          committee: members,
          next: target,
        });
        let transition = beginTransition(plan, members, 0);
        let height = 0;
        for (let i = 0; !isComplete(transition); i++) {
          const before = transition.committee;
          height++;
          const arrivals = frontArrivals(transition).filter((_, k) => ready[(i * 7 + k) % ready.length] === 0);
          transition = passTime(swapIn(transition, height, arrivals), height, 3);
          const lost = before.filter((member) => member !== undefined && !transition.committee.includes(member));
          expect(lost.length).toBeLessThanOrEqual(plan.batch);
          expect(new Set(sorted(transition.committee)).size).toBe(sorted(transition.committee).length);
          expect(i).toBeLessThan(500);
        }
        expect(transition.committee).toHaveLength(target.length);
        for (const member of sorted(transition.committee)) expect(target).toContain(member);
        expect(
          members.filter((member) => target.includes(member)).every((member) => transition.committee.includes(member)),
        ).toBe(true);
      });
    }),
    { numRuns: 60 },
  );
});
