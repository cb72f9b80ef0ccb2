import type { BlockPosition } from '@ios/ledger';
import type { ChainHead } from './chain-store.ts';
import { NO_STEP_ENTRY } from './committee.ts';

/**
 * What the header of the block on a head says, whatever is in the block: its proposer writes it, the others expect it. The
 * outbox root follows from the execution.
 */
export const nextPosition = (
  { height, hash, executionDigest }: ChainHead,
  { chain, epoch, shard }: Pick<BlockPosition, 'chain' | 'epoch' | 'shard'>,
  proposer: number,
): Omit<BlockPosition, 'outboxRoot'> => ({
  chain,
  shard,
  epoch,
  stepEntry: NO_STEP_ENTRY,
  height: height + 1,
  previous: hash,
  executionDigest,
  proposer,
});
