import { expect, test } from 'vitest';
import { simulateEpochs } from '../sim/epoch-network.ts';

test.each([1, 2])('whole nodes through three epochs, with cheats, crashes and cuts: seed %i', async (seed) => {
  const report = await simulateEpochs(seed);
  expect(report).toMatchObject({ ok: true });
  // And the same again, event by event.
  if (seed === 2) expect(await simulateEpochs(seed)).toEqual(report);
});
