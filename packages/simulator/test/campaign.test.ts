import { expect, test } from 'vitest';
import { addReport, campaign, emptyCampaign, type Report, type Scenario, SimulationError } from '../src/index.ts';

const report = (seed: number): Report => ({
  seed,
  ok: seed % 3 !== 0,
  ...(seed % 3 === 0 ? { violation: `${seed % 2 === 0 ? 'even' : 'odd'}: it was ${seed}` } : {}),
  trace: String(seed),
  events: 10,
  virtualMs: 5,
  figures: { decisions: seed, ...(seed === 7 ? { rare: 1 } : {}) },
});
const scenario: Scenario = { name: 'thirds', description: 'Every third seed fails.', run: report };

test('a campaign counts runs, failures by property and figures, and keeps the first failures', async () => {
  const seen: string[] = [];
  const result = await campaign({
    scenario,
    seeds: { from: 3, count: 60 },
    onProgress: (done, total, { seed }) => seen.push(`${done}/${total} ${seed}`),
  });
  expect(result).toMatchObject({
    runs: 60,
    failed: 20,
    violations: { odd: 10, even: 10 },
    events: 600,
    virtualMs: 300,
    figures: { decisions: { sum: 1_950, min: 3, max: 62 }, rare: { sum: 1, min: 1, max: 1 } },
  });
  expect(result.failures.map(({ seed }) => seed)).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30]);
  expect(seen.length).toBe(60);
  expect(seen.at(-1)).toBe('60/60 62');
});

test('reports in any order make the same campaign, and an asynchronous scenario is awaited', async () => {
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);
  const forwards = seeds.reduce((result, seed) => addReport(result, report(seed)), emptyCampaign);
  const backwards = seeds.reduceRight((result, seed) => addReport(result, report(seed)), emptyCampaign);
  expect(backwards).toEqual(forwards);
  const slow = { ...scenario, run: async (seed: number) => report(seed) };
  expect(await campaign({ scenario: slow, seeds: { from: 0, count: 40 } })).toEqual(forwards);
});

test('what the scenario throws comes out, and a range that is none is refused', async () => {
  const broken = { ...scenario, run: () => Promise.reject(new Error('no disk')) };
  await expect(campaign({ scenario: broken, seeds: { from: 0, count: 1 } })).rejects.toThrow('no disk');
  await expect(campaign({ scenario, seeds: { from: -1, count: 1 } })).rejects.toThrow(SimulationError);
  await expect(campaign({ scenario, seeds: { from: 0, count: 1.5 } })).rejects.toThrow(SimulationError);
});
