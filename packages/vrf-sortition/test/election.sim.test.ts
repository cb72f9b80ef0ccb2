import { expect, test } from 'vitest';
import { scenario } from '../sim/election.ts';

const SEEDS = 6;

test(`${SEEDS} seeds hold`, async () => {
  for (let seed = 0; seed < SEEDS; seed++) expect(await scenario.run(seed)).toMatchObject({ ok: true });
});

test('a seed repeats exactly', async () => {
  const first = await scenario.run(3);
  expect(await scenario.run(3)).toEqual(first);
  expect(first.trace).not.toBe((await scenario.run(4)).trace);
});
