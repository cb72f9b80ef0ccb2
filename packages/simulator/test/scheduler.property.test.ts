import fc from 'fast-check';
import { test } from 'vitest';
import { createScheduler } from '../src/index.ts';

test('any mix of scheduling and cancelling runs as a stable sort by time would have it', () => {
  const plan = fc.array(fc.record({ time: fc.nat(50), cancelled: fc.boolean() }), { maxLength: 300 });
  fc.assert(
    fc.property(plan, (events) => {
      const { at, runSync } = createScheduler();
      const seen: number[] = [];
      const cancels = events.map(({ time }, index) => at(time, () => seen.push(index)));
      for (const [index, cancel] of cancels.entries()) if (events[index]!.cancelled) cancel();
      const executed = runSync();
      const expected = events
        .map(({ time, cancelled }, index) => ({ time, cancelled, index }))
        .filter(({ cancelled }) => !cancelled)
        .sort((a, b) => a.time - b.time)
        .map(({ index }) => index);
      return executed === expected.length && JSON.stringify(seen) === JSON.stringify(expected);
    }),
  );
});
