import { type Hasher, merkleRoot } from '@ios/crypto/merkle';
import type { BlockPosition } from '@ios/ledger';
import type { ChainHead } from './chain-store.ts';
import { NO_STEP_ENTRY, SHARD } from './committee.ts';

/** The root of an outbox without entries. */
export const emptyOutboxRoot = (hasher: Hasher): Uint8Array => merkleRoot([], hasher);

/** What the header of the block on a head says, whatever is in the block: its proposer writes it, the others expect it. */
export const nextPosition = (
  { height, hash, executionDigest }: ChainHead,
  { chain, epoch }: Pick<BlockPosition, 'chain' | 'epoch'>,
  hasher: Hasher,
  proposer: number,
): BlockPosition => ({
  chain,
  shard: SHARD,
  epoch,
  stepEntry: NO_STEP_ENTRY,
  height: height + 1,
  previous: hash,
  executionDigest,
  outboxRoot: emptyOutboxRoot(hasher),
  proposer,
});
