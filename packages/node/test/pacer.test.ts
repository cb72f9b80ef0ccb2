import { createScheduler } from '@ios/simulator';
import { expect, test } from 'vitest';
import { createPacer, type Pacer } from '../src/instance/pacer.ts';

interface Bench {
  readonly pacer: Pacer;
  readonly given: [time: number, peer: string][];
  readonly failures: unknown[];
  ask(peer: string, bytes: number): void;
  /** Has a peer ask again a millisecond after each answer. */
  insist(peer: string, bytes: number): void;
  run(until: number): Promise<void>;
  /** Sets the clock, but not its timers, by so many ms. */
  turnClock(ms: number): void;
}

const bench = (total = { burst: 1_000_000, perSecond: 1_000_000 }): Bench => {
  const scheduler = createScheduler();
  const given: [number, string][] = [];
  const failures: unknown[] = [];
  let skew = 0;
  const one: Bench = {
    given,
    failures,
    turnClock: (ms) => {
      skew += ms;
    },
    pacer: createPacer({
      clock: { now: () => scheduler.now() + skew, setTimeout: scheduler.setTimeout },
      perPeer: { burst: 1_000, perSecond: 100 },
      total,
      least: 10,
      fail: (cause) => failures.push(cause),
    }),
    ask: (peer, bytes) =>
      one.pacer.serve(peer, async () => {
        given.push([scheduler.now(), peer]);
        return bytes;
      }),
    insist: (peer, bytes) =>
      one.pacer.serve(peer, async () => {
        given.push([scheduler.now(), peer]);
        scheduler.setTimeout(() => one.insist(peer, bytes), 1);
        return bytes;
      }),
    async run(until) {
      await scheduler.run({ until });
    },
  };
  return one;
};

test('a burst at once, then so much a second, counted when the answer is known', async () => {
  const one = bench();
  for (const at of [0, 1, 2]) {
    one.ask('p', 800);
    await one.run(at);
  }
  // 1000 - 1600 is 600 in debt: six seconds, and ten milliseconds for the first byte.
  await one.run(20_000);
  expect(one.given).toEqual(
    [
      [0, 'p'],
      [0, 'p'],
      [6_010, 'p'],
    ].map(([time, peer]) => [time, peer]),
  );
});

test('short answers count too', async () => {
  const one = bench();
  one.insist('p', 1);
  await one.run(5_000);
  expect(one.given.length).toBeGreaterThanOrEqual(149);
  expect(one.given.length).toBeLessThanOrEqual(151);
});

test('who asks much keeps nobody waiting, and all together get so much, in turns', async () => {
  const one = bench({ burst: 1_000, perSecond: 500 });
  for (const peer of ['a', 'b', 'c', 'd']) one.insist(peer, 50);
  await one.run(10_000);
  const counts = ['a', 'b', 'c', 'd'].map((peer) => one.given.filter(([, name]) => name === peer).length);
  // Of 1000 and 500 a second each gets a fourth, less than its own 1000 and 100 a second.
  const sum = counts.reduce((a, b) => a + b, 0);
  expect(sum).toBeGreaterThan(117);
  expect(sum).toBeLessThan(124);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  const before = one.given.length;
  one.ask('new', 10);
  await one.run(10_600);
  expect(one.given.slice(before).some(([, peer]) => peer === 'new')).toBe(true);
});

test('of two questions that wait the later is answered', async () => {
  const one = bench();
  one.ask('p', 2_000);
  await one.run(0);
  const answered: string[] = [];
  for (const name of ['first', 'second'])
    one.pacer.serve('p', async () => {
      answered.push(name);
      return 1;
    });
  await one.run(30_000);
  expect(answered).toEqual(['second']);
});

test('an answer that fails is told, and others go on; after the end there are none', async () => {
  const one = bench();
  one.pacer.serve('p', () => Promise.reject(new Error('disk')));
  one.ask('q', 1);
  await one.run(0);
  expect(one.failures).toMatchObject([{ message: 'disk' }]);
  expect(one.given).toEqual([[0, 'q']]);
  one.ask('p', 5_000);
  await one.run(1);
  one.ask('p', 1);
  one.pacer.stop();
  one.ask('r', 1);
  await one.run(100_000);
  expect(one.given.map(([, peer]) => peer)).toEqual(['q', 'p']);
});

test('a clock that was set back gives nothing, and takes nothing', async () => {
  const one = bench();
  one.ask('p', 1_100);
  await one.run(0);
  one.turnClock(-3_600_000);
  one.ask('p', 1);
  await one.run(1_000);
  expect(one.given.length).toBe(1);
  await one.run(2_000);
  expect(one.given.length).toBe(2);
});
