import { randomInt } from 'node:crypto';
import { createRng } from '@ios/simulator';
import { expect, test } from 'vitest';
import { killCampaign } from './kill-campaign.ts';
import { buildIos } from './launch.ts';
import { oneOfEach } from './victims.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));

/** For a machine that does much else; it takes some 35 s of processor time. */
const TIMEOUT_MS = 300_000;

test(
  `of two shards one validator each is killed and comes back, and nothing final is lost (SEED=${seed})`,
  async () => {
    const lines: string[] = [];
    const figures = await killCampaign({
      script: await buildIos(),
      rng: createRng(seed),
      shards: 2,
      rounds: [oneOfEach],
      report: (line) => lines.push(line),
    });
    expect(lines).toHaveLength(1);
    expect(figures.kills).toBe(2);
    expect(Math.min(...figures.heights)).toBeGreaterThan(6);
  },
  TIMEOUT_MS,
);
