import { randomInt } from 'node:crypto';
import { createRng } from '@ios/simulator';
import { expect, test } from 'vitest';
import { killCampaign } from './kill-campaign.ts';
import { buildIos } from './launch.ts';
import { one, oneOfEach, proposer, twoOfOne, type Victims, wholeShard } from './victims.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));

/** How many faults of each kind, and how many validators each kills. */
type Plan = readonly (readonly [Victims, times: number, kills: number])[];

test.each<[string, number, Plan]>([
  [
    'of one shard, of one validator, of two and of all at once',
    1,
    [
      [one, 40, 1],
      [twoOfOne, 10, 2],
      [wholeShard, 10, 4],
    ],
  ],
  [
    'of two shards, of one validator, of one of each, of a proposer, of two of a shard and of a whole shard',
    2,
    [
      [one, 6, 1],
      [oneOfEach, 4, 2],
      [proposer, 6, 1],
      [twoOfOne, 2, 2],
      [wholeShard, 4, 4],
    ],
  ],
])(`faults %s (SEED=${seed})`, async (_, shards, plan) => {
  const script = await buildIos();
  const rng = createRng(seed);
  const rounds = rng.fork('rounds').shuffle(plan.flatMap(([victims, times]) => Array<Victims>(times).fill(victims)));
  const figures = await killCampaign({ script, rng, shards, rounds, report: console.log });
  console.log(figures);
  expect(figures.kills).toBe(plan.reduce((sum, [, times, kills]) => sum + times * kills, 0));
});
