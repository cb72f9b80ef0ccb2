import { simulate } from '@ios/simulator';
import { expect, test } from 'vitest';
import { scenario } from '../sim/cosi.ts';
import { cosiSimulation } from '../sim/network.ts';
import { edwardsCast } from '../sim/roster.ts';

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

test('over edwards25519 it goes as without secrets', () => {
  const cast = edwardsCast(7);
  const behaviours = ['badShare', 'badEntry', 'badEndorsement', 'alteringRelay', 'silentAfterCommit', 'cheatingRelay'];
  for (const seed of [1, 2, 3])
    expect(simulate(cosiSimulation({ seed, n: 7, branching: 2, sessions: 1, cast, behaviours }))).toMatchObject({
      ok: true,
    });
});
