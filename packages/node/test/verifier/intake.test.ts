import type { SignedMessage } from '@ios/crypto/ed25519';
import { describe, expect, test } from 'vitest';
import { createFairQueue } from '../../src/verifier/fair-queue.ts';
import { createIntake, type Intake, JOB } from '../../src/verifier/intake.ts';
import { createLanes } from '../../src/verifier/lanes.ts';
import { createSuspects, SUSPICION_MS } from '../../src/verifier/suspects.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const claim = (holds: boolean): SignedMessage => ({
  publicKey: new Uint8Array(32),
  message: Uint8Array.of(Number(holds)),
  signature: new Uint8Array(64),
});
const holds = ({ message }: SignedMessage): boolean => message[0] === 1;
const [good, bad] = [claim(true), claim(false)];
const many = (count: number, one: SignedMessage): SignedMessage[] => Array.from({ length: count }, () => one);

/** An intake whose threads note what they are asked, and answer at once or when they are let; time is set by hand. */
const bench = (count = 1) => {
  const asked: string[] = [];
  const held: (() => void)[] = [];
  let holding = false;
  let now = 0;
  let timers: { at: number; callback: () => void }[] = [];
  const work = async <T>(what: string, answer: T): Promise<T> => {
    asked.push(what);
    if (holding) await new Promise<void>((resolve) => held.push(resolve));
    else await turn();
    return answer;
  };
  const intake: Intake = createIntake({
    threads: {
      all: (claims) => work(`all ${claims.length}`, claims.every(holds)),
      each: (claims) => work(`each ${claims.length}`, claims.map(holds)),
      keys: (keys) =>
        work(
          `keys ${keys.length}`,
          keys.map((key) => key[0] === 1),
        ),
    },
    lanes: createLanes(count),
    clock: {
      now: () => now,
      setTimeout(callback, ms) {
        const timer = { at: now + ms, callback };
        timers.push(timer);
        return () => {
          timers = timers.filter((other) => other !== timer);
        };
      },
    },
  });
  const advance = async (ms: number): Promise<void> => {
    now += ms;
    const due = timers.filter(({ at }) => at <= now);
    timers = timers.filter(({ at }) => at > now);
    for (const { callback } of due) callback();
    for (let i = 0; i < 5; i++) await turn();
  };
  return {
    intake,
    asked,
    advance,
    timers: () => timers.length,
    hold: () => {
      holding = true;
    },
    /** Answers what was asked, and holds what is asked next. */
    async step() {
      for (const resolve of held.splice(0)) resolve();
      for (let i = 0; i < 5; i++) await turn();
    },
    async release() {
      holding = false;
      for (const resolve of held.splice(0)) resolve();
      for (let i = 0; i < 5; i++) await turn();
    },
    /** Answers, with the timers run as often as they are set. */
    async all<T>(answers: readonly Promise<T>[]): Promise<T[]> {
      let done = false;
      const both = Promise.all(answers).finally(() => {
        done = true;
      });
      while (!done) await advance(2);
      return both;
    },
  };
};

describe('a batch', () => {
  test('is of many calls, and waits 2 ms for them', async () => {
    const { intake, asked, advance } = bench();
    const answers = Promise.all([intake.verify([good], 'a'), intake.verify([good, good], 'b')]);
    await advance(1);
    const third = intake.verify([good], 'a');
    expect(asked).toEqual([]);
    await advance(1);
    expect(await answers).toEqual([[true], [true, true]]);
    expect(await third).toEqual([true]);
    expect(asked).toEqual(['all 4']);
  });

  test('does not wait when it is full, and holds more when threads are busy', async () => {
    const { intake, asked, hold, release, timers } = bench();
    hold();
    const first = intake.verify(many(JOB.together, good), 'a');
    await turn();
    expect(asked).toEqual([`all ${JOB.together}`]);
    expect(timers()).toBe(0);
    const later = Array.from({ length: JOB.together + 10 }, () => intake.verify([good], 'b'));
    await release();
    expect((await first).every(Boolean)).toBe(true);
    expect((await Promise.all(later)).flat().every(Boolean)).toBe(true);
    expect(asked).toEqual([`all ${JOB.together}`, `all ${JOB.together}`, 'all 10']);
  });

  test('of keys gathers as well', async () => {
    const { intake, asked, all } = bench();
    const key = Uint8Array.of(1, ...new Uint8Array(31));
    const answers = await all([
      intake.verifyKeys([key, new Uint8Array(32)], 'a'),
      intake.verifyKeys([new Uint8Array(3), key], 'b'),
      intake.verifyKeys([], 'b'),
    ]);
    expect(answers).toEqual([[true, false], [false, true], []]);
    expect(asked).toEqual(['keys 3']);
  });

  test('that a thread fails at is an error to those who asked, and to nobody after them', async () => {
    let failing = true;
    const intake = createIntake({
      threads: {
        all: async () => {
          if (failing) throw new Error('no threads');
          return true;
        },
        each: async (claims) => claims.map(() => true),
        keys: async (keys) => keys.map(() => true),
      },
      lanes: createLanes(1),
      clock: {
        now: () => 0,
        setTimeout(callback) {
          queueMicrotask(callback);
          return () => {};
        },
      },
    });
    await expect(intake.verify([good], 'a')).rejects.toThrow('no threads');
    failing = false;
    expect(await intake.verify([good], 'a')).toEqual([true]);
  });
});

describe('a forgery', () => {
  test('costs the others one batch and one more look, and its sender all that it sends for a minute', async () => {
    const { intake, asked, all, advance } = bench();
    const answers = await all([
      intake.verify(many(20, good), 'a'),
      intake.verify([good, bad, good], 'forger'),
      intake.verify([good], 'b'),
    ]);
    expect(answers).toEqual([many(20, good).map(() => true), [true, false, true], [true]]);
    // Together; then each apart, the senders in turn; the forger's one by one.
    expect(asked.splice(0)).toEqual(['all 24', 'all 16', 'all 3', 'each 3', 'all 1', 'all 4']);

    await all([intake.verify([good], 'a'), intake.verify([good, bad], 'forger'), intake.verify([good], 'b')]);
    expect(asked.splice(0).sort()).toEqual(['all 2', 'each 2']);
    await advance(SUSPICION_MS);
    await all([intake.verify([good], 'a'), intake.verify([good], 'forger')]);
    expect(asked.splice(0)).toEqual(['all 2']);
  });

  test('alone in its batch is not looked at again, but its sender is apart from then on', async () => {
    const { intake, asked, all } = bench();
    expect(await all([intake.verify([bad], 'forger')])).toEqual([[false]]);
    expect(asked.splice(0)).toEqual(['all 1']);
    await all([intake.verify([good], 'forger'), intake.verify([good], 'a')]);
    expect(asked.sort()).toEqual(['all 1', 'each 1']);
  });

  test('keeps its sender out of the batches of others from the moment that one failed', async () => {
    const { intake, asked, advance, hold, step, release } = bench();
    hold();
    const answers = [intake.verify([bad], 'forger'), intake.verify([good], 'a')];
    await advance(2);
    await step();
    expect(asked).toEqual(['all 2', 'all 1']);
    // While nobody knows whose fault it was, more comes.
    answers.push(intake.verify([bad, bad], 'forger'), intake.verify([good], 'a'), intake.verify([good], 'b'));
    await advance(2);
    await release();
    expect(await Promise.all(answers)).toEqual([[false], [true], [false, false], [true], [true]]);
    // Of the forger nothing but one by one; of `a` both at once, apart; `b` is not concerned.
    expect(asked.slice(2).sort()).toEqual(['all 1', 'all 2', 'each 1', 'each 2']);
  });

  test('takes all that its sender has here out of the batches of others, before it is known whose it is', async () => {
    const { intake, asked, all } = bench();
    const flood = intake.verify(many(5_000, bad), 'forger');
    const honest = Array.from({ length: 10 }, (_, i) => intake.verify(many(100, good), `honest ${i}`));
    const [forged, ...answers] = await all([flood, ...honest]);
    expect(forged!.some(Boolean)).toBe(false);
    expect(answers.flat().every(Boolean)).toBe(true);
    const batches = asked.map((job) => ({ kind: job.split(' ')[0]!, count: Number(job.split(' ')[1]) }));
    const claims = (kind: string): number =>
      batches.filter((batch) => batch.kind === kind).reduce((sum, { count }) => sum + count, 0);
    // One by one only the forger's; together one batch, and everything at most once more.
    expect(claims('each')).toBe(5_000);
    expect(claims('all')).toBeLessThanOrEqual(2 * JOB.together + 1_000 + JOB.apart);
  });

  test('under ever new names makes batches small, and they grow again', async () => {
    const { intake, asked, all } = bench();
    let sent = 0;
    /** A full batch, each `nth` of it forged. */
    const round = (nth: number): Promise<unknown> =>
      all(
        Array.from({ length: JOB.together }, (_, i) =>
          (i + 1) % nth === 0 ? intake.verify([bad], `name ${sent++}`) : intake.verify([good], `honest ${i}`),
        ),
      );
    const cost = (jobs: readonly string[]): number => jobs.reduce((sum, job) => sum + Number(job.split(' ')[1]), 0);
    for (let i = 0; i < 10; i++) await round(4);
    const attacked = asked.splice(0);
    // Looked at together, apart, and the forgeries one by one.
    expect(cost(attacked)).toBeLessThanOrEqual(10 * JOB.together * 2.25);
    await round(4);
    const largest = Math.max(...asked.splice(0).map((job) => Number(job.split(' ')[1])));
    expect(largest).toBeLessThanOrEqual(JOB.apart);
    for (let i = 0; i < 10; i++) await round(Number.POSITIVE_INFINITY);
    expect(asked.at(-1)).toBe(`all ${JOB.together}`);
  });
});

describe('senders take turns', () => {
  test('so that one with little does not wait for one with much', async () => {
    const { intake, asked, hold, release } = bench();
    hold();
    const much = intake.verify(many(50 * JOB.together, good), 'much');
    await turn();
    let done = 0;
    void intake.verify([good], 'little').then(() => {
      done = asked.length;
    });
    await release();
    await much;
    // Behind the job that was under way, in the next.
    expect(done).toBeLessThanOrEqual(3);
  });

  test('a queue gives each its turn, and keeps the order of each', () => {
    const queue = createFairQueue<number>();
    queue.push('a', [1, 2, 3, 4]);
    queue.push('b', [10]);
    queue.push('c', [20, 21]);
    queue.push('d', []);
    expect(queue.size).toBe(7);
    const items = (taken: readonly { payer: string; item: number }[]): string[] =>
      taken.map(({ payer, item }) => `${payer}${item}`);
    expect(items(queue.take(4))).toEqual(['a1', 'b10', 'c20', 'a2']);
    queue.push('b', [11]);
    expect(items(queue.takeOfOne(5))).toEqual(['c21']);
    expect(queue.takeAllOf('a')).toEqual([3, 4]);
    expect(queue.takeAllOf('nobody')).toEqual([]);
    expect(queue.size).toBe(1);
    expect(items(queue.take(9))).toEqual(['b11']);
    expect([queue.size, queue.take(1), queue.takeOfOne(1)]).toEqual([0, [], []]);
  });
});

test('suspicion lasts a minute, whatever is done to the clock, and for the last 10 000', () => {
  let now = 1_000_000;
  const suspects = createSuspects({ now: () => now });
  suspects.add('a');
  now += SUSPICION_MS - 1;
  expect(suspects.has('a')).toBe(true);
  suspects.add('a');
  now += SUSPICION_MS - 1;
  expect(suspects.has('a')).toBe(true);
  now += 1;
  expect(suspects.has('a')).toBe(false);
  suspects.add('b');
  now -= 1_000_000;
  expect(suspects.has('b')).toBe(false);
  for (let i = 0; i <= 10_000; i++) suspects.add(`${i}`);
  expect([suspects.has('0'), suspects.has('1')]).toEqual([false, true]);
});
