import { expect, test } from 'vitest';
import { scenario } from '../sim/cosi.ts';

const SEEDS = 12;

test(`${SEEDS} seeds hold`, () => {
  const failed = Array.from({ length: SEEDS }, (_, seed) => scenario.run(seed) as { ok: boolean }).filter(
    ({ ok }) => !ok,
  );
  expect(failed).toEqual([]);
});

test('a seed repeats exactly', async () => {
  for (const seed of [3]) {
    const first = await scenario.run(seed);
    expect(await scenario.run(seed)).toEqual(first);
    expect(first.trace).not.toBe((await scenario.run(seed + 1)).trace);
  }
});
