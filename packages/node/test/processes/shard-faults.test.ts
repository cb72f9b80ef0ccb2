import { expect, test } from 'vitest';
import { BLOCK, PATIENCE_MS, summaryUnder } from './shard-fault-run.ts';

test('a client that is gone: validators bring what several shards vote on to those that were not told', {
  timeout: PATIENCE_MS,
}, async () => {
  const { shardFault, kinds } = await summaryUnder('client-crash', BLOCK);
  expect(shardFault).toEqual({ fault: 'client-crash' });
  expect(kinds.voted.finalityP99Ms).toBeGreaterThanOrEqual(kinds.voted.finalityP50Ms);
});
