import { expect, test } from 'vitest';
import { createForwarding } from '../src/shard/forwarding.ts';
import { createManualClock } from './manual-clock.ts';

const LIMITS = { perSender: { transactions: 9, bytes: 1000 }, total: { transactions: 99, bytes: 2500 } };
const entry = (from: string, size: number, voters: number) => ({
  from,
  size,
  parties: { voters: Array.from({ length: voters }, (_, shard) => shard) },
});

test('what goes to several shards counts once for each of them', () => {
  const { reserve } = createForwarding(createManualClock(), () => {}, LIMITS);
  expect(reserve(entry('a', 100, 9))).toBe(true);
  expect(reserve(entry('a', 100, 2))).toBe(false);
  expect(reserve(entry('a', 100, 1))).toBe(true);
  expect(reserve(entry('b', 100, 9))).toBe(true);
  expect(reserve(entry('c', 100, 7))).toBe(false);
});

test('what alone is more than a sender may pass on takes all that it has, and is not refused for ever', async () => {
  const clock = createManualClock();
  const { reserve } = createForwarding(clock, () => {}, LIMITS);
  expect(reserve(entry('a', 100, 200))).toBe(true);
  expect(reserve(entry('a', 1, 1))).toBe(false);
  expect(reserve(entry('b', 100, 1))).toBe(true);
  await clock.advance(1_000);
  expect(reserve(entry('a', 1, 1))).toBe(true);
  expect(reserve(entry('a', 100, 200))).toBe(false);
  await clock.advance(1_000);
  expect(reserve(entry('a', 100, 200))).toBe(true);
});
