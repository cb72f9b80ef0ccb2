import { initialRandomness } from '@ios/client';
import {
  type CertifiedValue,
  decodeBeaconValue,
  type MicroState,
  pointedEpochs,
  type ShardEntry,
} from '@ios/client/epochs';
import type { Hasher } from '@ios/crypto/merkle';
import type { KnownBlock } from './values.ts';

/** How long the epochs of a shard are, in blocks: see the policy of genesis. */
export interface EpochPolicy {
  readonly epochMinBlocks: number;
  readonly epochMaxBlocks: number;
  readonly closingBlocks: number;
}

/** What the micro state block keeps of one block of its epoch: its hash and its transaction root, 32 bytes each. */
export interface BlockRoots {
  readonly hash: Uint8Array;
  readonly transactionRoot: Uint8Array;
}

/** Where a shard stands in its epoch, after its last final block: a function of the blocks alone. */
export interface EpochState {
  readonly epoch: number;
  /** rnd(epoch), 32 bytes. */
  readonly randomness: Uint8Array;
  /** rnd(epoch - 1), which chose the leaders of the blocks before; that of the epoch itself in epoch 0. */
  readonly before: Uint8Array;
  /** Height of the first block of the epoch. */
  readonly first: number;
  /** Where the epoch was told to end, and rnd(epoch + 1), 32 bytes. */
  readonly close: { readonly height: number; readonly randomness: Uint8Array } | undefined;
  /** The blocks of the epoch so far. */
  readonly blocks: readonly BlockRoots[];
  /** Hashes of the blocks that ended epochs 0 .. epoch - 1. */
  readonly microStates: readonly Uint8Array[];
}

/** The epoch in which a chain (32 bytes) begins. */
export const firstEpoch = (chain: Uint8Array): EpochState => {
  const randomness = initialRandomness(chain);
  return { epoch: 0, randomness, before: randomness, first: 1, close: undefined, blocks: [], microStates: [] };
};

/** The epoch that a height belongs to, from the one before the current on. */
export const epochAt = ({ epoch, first }: EpochState, height: number): number => (height < first ? epoch - 1 : epoch);

/** What chooses the leaders of a height, from the epoch before the current on: 32 bytes. */
export const randomnessAt = ({ randomness, before, first }: EpochState, height: number): Uint8Array =>
  height < first ? before : randomness;

/** Height of the block that ends the epoch, once that is settled. */
export const lastHeight = ({ close }: EpochState, { closingBlocks }: EpochPolicy): number | undefined =>
  close && close.height + closingBlocks;

/**
 * Whether the block at this height, the next one, may tell the epoch to end, and whether it should. That a record shows how the
 * epoch before ended is no condition while all epochs have one committee; with committees that change it has to be.
 */
export const closing = (
  { first, close }: EpochState,
  { epochMinBlocks, epochMaxBlocks }: EpochPolicy,
  height: number,
): { readonly allowed: boolean; readonly due: boolean } => {
  const before = height - first;
  const open = close === undefined;
  return { allowed: open && before >= epochMinBlocks, due: open && before >= epochMaxBlocks };
};

/**
 * The entry of the block that ends the epoch, which follows from the blocks before it: whoever proposes it, it is the same.
 * Its block has no transactions, so that the state that it commits to is the one that its execution digest covers.
 * @param stateRoot - root of the tree over the state before this block, 32 bytes
 * @param seats - the committee, in its order
 */
export const microStateEntry = (
  state: EpochState,
  stateRoot: Uint8Array,
  seats: readonly number[],
  hasher: Hasher,
): Extract<ShardEntry, { kind: 'microState' }> => {
  const { epoch, first, blocks, microStates } = state;
  const microState: MicroState = {
    epoch,
    first,
    before: pointedEpochs(epoch).map((at) => ({ epoch: at, hash: microStates[at]! })),
    headerRoot: hasher.merkleRoot(blocks.map(({ hash }) => hash)),
    transactionRoot: hasher.merkleRoot(blocks.map(({ transactionRoot }) => transactionRoot)),
    stateRoot,
    registryRoot: hasher.merkleRoot([]),
    committee: seats.map((seat) => ({ seat, roster: 0 })),
  };
  return { kind: 'microState', microState };
};

/** The state after a block whose entries were found right. */
export const afterBlock = (
  state: EpochState,
  policy: EpochPolicy,
  { block, hash, entries }: Pick<KnownBlock, 'block' | 'hash' | 'entries'>,
): EpochState => {
  const { height, transactionRoot } = block.header;
  const { epoch, randomness, microStates, blocks, close } = state;
  if (close !== undefined && height === lastHeight(state, policy))
    return {
      epoch: epoch + 1,
      randomness: close.randomness,
      before: randomness,
      first: height + 1,
      close: undefined,
      blocks: [],
      microStates: [...microStates, hash],
    };
  const output = closedBy(entries);
  return {
    ...state,
    blocks: [...blocks, { hash, transactionRoot }],
    close: output === undefined ? close : { height, randomness: randomnessIn(output) },
  };
};

/** The output in the `close` entry of a block, if it has one. */
export const closedBy = (entries: KnownBlock['entries']): CertifiedValue | undefined => {
  const first = entries[0]?.entry;
  return first?.kind === 'close' ? first.output : undefined;
};

/** The randomness in an output that was found right. */
const randomnessIn = ({ value }: CertifiedValue): Uint8Array => {
  const output = decodeBeaconValue(value);
  if (output?.kind !== 'output') throw new Error('a block was decided that closes its epoch with no output');
  return output.randomness;
};
