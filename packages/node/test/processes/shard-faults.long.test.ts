import { expect, test } from 'vitest';
import { BLOCK, PATIENCE_MS, summaryUnder } from './shard-fault-run.ts';

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
