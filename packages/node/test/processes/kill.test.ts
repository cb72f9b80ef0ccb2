import { randomInt } from 'node:crypto';
import { createRng } from '@ios/simulator';
import { beforeAll, expect, test } from 'vitest';
import { killCampaign } from './kill-campaign.ts';
import { buildIos } from './launch.ts';
import { one, oneOfEach, type Victims } from './victims.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));

/** For a machine that does much else; alone one takes some 15 s. */
const TIMEOUT_MS = 300_000;

let script: string;
beforeAll(async () => {
  script = await buildIos();
});

test.each<[string, number, Victims[], number]>([
  ['a validator that is killed again and again comes back', 1, [one, one, one], 3],
  ['of two shards one validator each is killed and comes back', 2, [oneOfEach], 2],
])(
  `%s, and nothing final is lost (SEED=${seed})`,
  async (_, shards, rounds, kills) => {
    const lines: string[] = [];
    const figures = await killCampaign({
      script,
      rng: createRng(seed),
      shards,
      rounds,
      report: (line) => lines.push(line),
    });
    expect(lines).toHaveLength(rounds.length);
    expect(figures.kills).toBe(kills);
    expect(Math.min(...figures.heights)).toBeGreaterThan(6);
  },
  TIMEOUT_MS,
);
