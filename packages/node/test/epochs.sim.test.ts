import { expect, test } from 'vitest';
import { GOOD_FROM, type Seen, setGoals } from '../sim/epoch-goals.ts';
import { simulateEpochs } from '../sim/epoch-network.ts';

test.each([1, 2])('whole nodes through three epochs, with cheats, crashes and cuts: seed %i', async (seed) => {
  const report = await simulateEpochs(seed);
  expect(report).toMatchObject({ ok: true });
  // And the same again, event by event.
  if (seed === 2) expect(await simulateEpochs(seed)).toEqual(report);
});

test('epochs that do not go on are caught', async () => {
  const report = await simulateEpochs(1, undefined, (network, now) => ({
    ...network,
    send: (...message) => now() >= GOOD_FROM || network.send(...message),
  }));
  expect(report.violation).toMatch(/^progress: records \d/);
});

test('a record that somebody lacks, an attempt that failed, and randomness that nobody shows are told', async () => {
  const failure = { height: 3, value: new Uint8Array(), certificate: new Uint8Array() };
  const seen = (failed: readonly (number | undefined)[]): Seen => ({
    recorded: () => failed.length,
    beaconProof: async (epoch) => {
      const count = failed[epoch - 1];
      return count === undefined ? undefined : { failures: Array(count).fill(failure), transcript: new Uint8Array() };
    },
  });
  let nodes: readonly (Seen | undefined)[] = [seen([0, 0]), undefined];
  const { epoch, reached, flaw } = setGoals(() => nodes);
  expect([epoch, reached(), await flaw()]).toEqual([4, false, 'progress: records 2,0, not 4']);
  nodes = [seen([0, 0, 0, 0]), seen([undefined, 0, 0])];
  expect([reached(), await flaw()]).toEqual([false, 'progress: records 4,3, not 4']);
  nodes = [seen([undefined, 0, 0, 0]), seen([0, 0, 0, undefined])];
  expect([reached(), await flaw()]).toEqual([true, undefined]);
  nodes = [seen([0, 2, 0, 0])];
  expect(await flaw()).toBe('2 attempts of epoch 2 failed');
  nodes = [seen([0, 0, undefined, 0])];
  expect(await flaw()).toBe('nobody shows how the randomness of epoch 3 came about');
});
