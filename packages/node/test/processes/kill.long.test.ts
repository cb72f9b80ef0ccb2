import { randomInt } from 'node:crypto';
import { createRng } from '@ios/simulator';
import { expect, test } from 'vitest';
import { all, killCampaign, one, two } from './kill-campaign.ts';
import { buildIos } from './launch.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));

test(`sixty faults, of one validator, of two and of all at once (SEED=${seed})`, async () => {
  const script = await buildIos();
  const rng = createRng(seed);
  const rounds = rng.fork('rounds').shuffle([...Array(40).fill(one), ...Array(10).fill(two), ...Array(10).fill(all)]);
  const figures = await killCampaign(script, rng, rounds, console.log);
  console.log(figures);
  expect(figures.kills).toBe(40 + 20 + 40);
});
