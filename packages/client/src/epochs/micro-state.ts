import * as P from 'micro-packed';

/** An older micro state block of the same shard: the epoch that it ended, and the hash of its header (32 bytes). */
export interface MicroStatePointer {
  readonly epoch: number;
  readonly hash: Uint8Array;
}

/** One place of a committee: the seat of the registry, and the epoch of the roster whose keys it signs with. */
export interface CommitteeSeat {
  readonly seat: number;
  readonly roster: number;
}

/**
 * What the last block of an epoch says of it beside its own header (whitepaper section 9): the header and this entry are
 * the header of the micro state block, and the hash of the one covers the other by its entry root.
 */
export interface MicroState {
  /** The epoch that ends, u32. */
  readonly epoch: number;
  /** Height of the first block of the epoch, u32; the last one is this block. */
  readonly first: number;
  /** Those of 1, 2, 4, 8, … epochs before, as far as there are: see {@link pointedEpochs}. */
  readonly before: readonly MicroStatePointer[];
  /** RFC 6962 root over the hashes of the epoch's blocks before this one, in order (32 bytes). */
  readonly headerRoot: Uint8Array;
  /** RFC 6962 root over the transaction roots of these blocks, in order (32 bytes). */
  readonly transactionRoot: Uint8Array;
  /** Root of the state that this block's execution digest covers (32 bytes). */
  readonly stateRoot: Uint8Array;
  /** RFC 6962 root over what this shard has for the registry (32 bytes). */
  readonly registryRoot: Uint8Array;
  /** The committee that decided this block, in its order. */
  readonly committee: readonly CommitteeSeat[];
}

/** The epochs whose micro state blocks that of `epoch` points at: 1, 2, 4, 8, … before it. */
export const pointedEpochs = (epoch: number): number[] => {
  const epochs: number[] = [];
  for (let back = 1; back <= epoch; back *= 2) epochs.push(epoch - back);
  return epochs;
};

/** Epoch u32, first u32, pointers (u8 number) of epoch u32 and hash 32, four roots, committee (u16 number) of seat u16 and roster u32. */
export const microStateCoder: P.CoderType<MicroState> = /* @__PURE__ */ P.struct({
  epoch: P.U32BE,
  first: P.U32BE,
  before: P.array(P.U8, P.struct({ epoch: P.U32BE, hash: P.bytes(32) })),
  headerRoot: P.bytes(32),
  transactionRoot: P.bytes(32),
  stateRoot: P.bytes(32),
  registryRoot: P.bytes(32),
  committee: P.array(P.U16BE, P.struct({ seat: P.U16BE, roster: P.U32BE })),
}) as unknown as P.CoderType<MicroState>;
