import { afterEach, beforeAll, expect } from 'vitest';
import type { ShardFault } from '../../src/devnet/shard-faults/plan.ts';
import type { DevnetSummary } from '../../src/devnet/summary.ts';
import { buildIos, launchDevnet, type Running } from './launch.ts';

/** A real block of 100 transactions. */
export const BLOCK: readonly string[] = ['--block', new URL('../data/mainnet-227836.raw', import.meta.url).pathname];
/** For a machine that does much else. */
export const PATIENCE_MS = 240_000;

let script: string;
beforeAll(async () => {
  script = await buildIos();
});

let devnet: Running | undefined;
afterEach(async () => {
  await devnet?.clean();
  devnet = undefined;
});

/** What two shards of four processes came to under a fault, every transfer of which was committed in the end. */
export const summaryUnder = async (fault: ShardFault, block: readonly string[]): Promise<DevnetSummary> => {
  devnet = await launchDevnet(script, [...block, '--epochs', '0', '--json', '--fault', fault]);
  const { code, stdout, stderr } = await devnet.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await devnet.litter(0)).toEqual([]);
  const summary = JSON.parse(stdout) as DevnetSummary;
  expect(summary.shards.map(({ validators }) => validators.length)).toEqual([4, 4]);
  expect(summary.aborted).toEqual({ rejected: 0, absent: 0, expired: 0, transfers: [] });
  expect(summary.kinds.voted.transfers).toBeGreaterThan(10);
  return summary;
};
