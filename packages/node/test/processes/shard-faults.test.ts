import { afterEach, beforeAll, expect, test } from 'vitest';
import type { ShardFault } from '../../src/devnet/shard-faults/plan.ts';
import type { DevnetSummary } from '../../src/devnet/summary.ts';
import { buildIos, launchDevnet, type Running } from './launch.ts';

/** A real block of 100 transactions. */
const BLOCK = ['--block', new URL('../data/mainnet-227836.raw', import.meta.url).pathname];
/** For a machine that does much else. */
const PATIENCE_MS = 240_000;

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
const summaryUnder = async (fault: ShardFault, block: readonly string[]): Promise<DevnetSummary> => {
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

test('a client that is gone: validators bring what several shards vote on to those that were not told', {
  timeout: PATIENCE_MS,
}, async () => {
  const { shardFault, kinds } = await summaryUnder('client-crash', BLOCK);
  expect(shardFault).toEqual({ fault: 'client-crash' });
  expect(kinds.voted.finalityP99Ms).toBeGreaterThanOrEqual(kinds.voted.finalityP50Ms);
});

test('double spends over two shards: one of each pair is committed at most, and coins come back less the lock fee', {
  timeout: PATIENCE_MS,
}, async () => {
  const { shardFault } = await summaryUnder('double-spend', BLOCK);
  if (shardFault?.fault !== 'double-spend') throw new Error(`the summary has ${shardFault?.fault}`);
  const { pairs, oneCommitted, noneCommitted, aborted, lockFees } = shardFault;
  expect(pairs).toBe(12);
  expect(oneCommitted + noneCommitted).toBe(pairs);
  const given = aborted.rejected + aborted.absent;
  expect(given).toBeGreaterThanOrEqual(noneCommitted);
  expect(BigInt(lockFees) > 0n).toBe(given > 0);
});

// Block 300 025, whose chains take longer than it takes to cut the shards off.
test('shards that are cut off from each other go on, and all is final once they are connected again', {
  timeout: PATIENCE_MS,
}, async () => {
  const { shardFault, transfers } = await summaryUnder('shard-partition', []);
  if (shardFault?.fault !== 'shard-partition') throw new Error(`the summary has ${shardFault?.fault}`);
  const { cutMs, blocks, finalBefore, finalAfter, recoveredAfterMs } = shardFault;
  expect(cutMs).toBeGreaterThanOrEqual(8_000);
  for (const count of blocks) expect(count).toBeGreaterThan(0);
  expect(finalBefore).toBeLessThanOrEqual(finalAfter);
  expect(finalAfter).toBeLessThan(transfers);
  expect(recoveredAfterMs).toBeGreaterThan(0);
});
