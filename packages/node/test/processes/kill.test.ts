import { randomInt } from 'node:crypto';
import { createRng } from '@ios/simulator';
import { expect, test } from 'vitest';
import { killCampaign, one } from './kill-campaign.ts';
import { buildIos } from './launch.ts';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 32));

/** For a machine that does much else; alone it takes some 15 s. */
const TIMEOUT_MS = 300_000;

test(
  `a validator that is killed again and again comes back, and nothing final is lost (SEED=${seed})`,
  async () => {
    const lines: string[] = [];
    const script = await buildIos();
    const figures = await killCampaign(script, createRng(seed), [one, one, one], (line) => lines.push(line));
    expect(lines).toHaveLength(3);
    expect(figures.kills).toBe(3);
    expect(figures.height).toBeGreaterThan(6);
  },
  TIMEOUT_MS,
);
