import { expect, test } from 'vitest';
import { createScheduler, SimulationError } from '../src/index.ts';

test('events run by time, and in the order of scheduling within one time', () => {
  const { at, setTimeout, runSync, now } = createScheduler();
  const seen: string[] = [];
  at(20, () => seen.push(`late ${now()}`));
  at(10, () => {
    seen.push(`first ${now()}`);
    setTimeout(() => seen.push(`third ${now()}`), 0);
  });
  at(10, () => seen.push(`second ${now()}`));
  expect(runSync()).toBe(4);
  expect(seen).toEqual(['first 10', 'second 10', 'third 10', 'late 20']);
});

test('a cancelled event does not run, and cancelling what has run is harmless', () => {
  const { setTimeout, runSync, pending, next } = createScheduler();
  const seen: number[] = [];
  const cancel = setTimeout(() => seen.push(1), 1);
  const spent = setTimeout(() => seen.push(2), 2);
  cancel();
  cancel();
  expect(pending()).toBe(1);
  expect(next()).toBe(2);
  runSync();
  spent();
  expect(seen).toEqual([2]);
  expect(pending()).toBe(0);
});

test('thousands of cancelled events neither pile up nor disturb the order of the others', () => {
  const { at, runSync, pending } = createScheduler();
  const seen: number[] = [];
  for (let time = 0; time < 10_000; time++) {
    const cancel = at((time * 7_919) % 10_000, () => seen.push((time * 7_919) % 10_000));
    if (time % 10 !== 0) cancel();
  }
  expect(pending()).toBe(1_000);
  runSync();
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.length).toBe(1_000);
});

test('a run ends at its time, its number of events or its stop', () => {
  const { setTimeout, runSync, now } = createScheduler();
  let ticks = 0;
  const tick = (): void => {
    ticks++;
    setTimeout(tick, 10);
  };
  tick();
  expect(runSync({ until: 35 })).toBe(3);
  expect(now()).toBe(35);
  expect(runSync({ maxEvents: 2 })).toBe(2);
  expect(now()).toBe(50);
  runSync({ stop: () => ticks === 8 });
  expect(now()).toBe(70);
});

test('the clock reaches the end of a run that has no more events', () => {
  const { runSync, now } = createScheduler();
  expect(runSync({ until: 5 })).toBe(0);
  expect(now()).toBe(5);
});

test('the asynchronous run lets promise chains end before time goes on', async () => {
  const { setTimeout, run, now } = createScheduler();
  const seen: string[] = [];
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const work = async (name: string, ms: number): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      await sleep(ms);
      for (let turn = 0; turn < 20; turn++) await undefined;
      seen.push(`${name} ${now()}`);
    }
  };
  const all = Promise.all([work('a', 10), work('b', 15)]);
  await run({ until: 100 });
  await all;
  expect(seen).toEqual(['a 10', 'b 15', 'a 20', 'b 30', 'a 30', 'b 45']);
});

test('promises that are pending before the run begins may still schedule its first event', async () => {
  const { setTimeout, run } = createScheduler();
  let ran = false;
  const begun = Promise.resolve().then(() => {
    setTimeout(() => {
      ran = true;
    }, 5);
  });
  await run();
  await begun;
  expect(ran).toBe(true);
});

test('a settle of the host drains chains of any length', async () => {
  const { setTimeout, run, now } = createScheduler();
  let ended: number | undefined;
  setTimeout(async () => {
    for (let turn = 0; turn < 10_000; turn++) await undefined;
    ended = now();
  }, 1);
  setTimeout(() => undefined, 2);
  await run({ settle: () => new Promise((resolve) => setImmediate(resolve)) });
  expect(ended).toBe(1);
});

test('what an event throws comes out of the loop, and the loop can go on', () => {
  const { at, runSync } = createScheduler();
  at(1, () => {
    throw new Error('mine');
  });
  let after = false;
  at(2, () => {
    after = true;
  });
  expect(() => runSync()).toThrow('mine');
  runSync();
  expect(after).toBe(true);
});

test('times in the past and fractions of a millisecond are refused', () => {
  const { at, setTimeout, runSync } = createScheduler();
  at(5, () => undefined);
  runSync();
  for (const wrong of [4, 5.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => at(wrong, () => undefined)).toThrow(SimulationError);
  }
  expect(() => setTimeout(() => undefined, -1)).toThrow(SimulationError);
  expect(() => runSync({ until: 0.5 })).toThrow(SimulationError);
});
