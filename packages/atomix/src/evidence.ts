import type { Credit } from './credit.ts';
import type { Verdict } from './leaf.ts';

/**
 * What a verified proof says: a leaf, or a run of credits, under a final header of `shard`; or that something is, or is
 * not, in its state when `epoch` ended. Credits and cursors say the same whichever of the two showed them.
 */
export type Evidence =
  /** A leaf: the shard's verdict on a transaction (id, 32 bytes). */
  | { readonly type: 'vote'; readonly shard: number; readonly id: Uint8Array; readonly verdict: Verdict }
  /** A leaf: the shard has committed. */
  | { readonly type: 'commit'; readonly shard: number; readonly id: Uint8Array }
  /** A leaf: the shard has dropped its record of what it had committed. */
  | { readonly type: 'release'; readonly shard: number; readonly id: Uint8Array }
  /** The shard's state at the end of the epoch holds a record under the id. */
  | {
      readonly type: 'held';
      readonly shard: number;
      readonly epoch: number;
      readonly id: Uint8Array;
      readonly status: 'pending' | 'committed';
    }
  /** The shard's state at the end of the epoch holds no record under the id. */
  | { readonly type: 'absent'; readonly shard: number; readonly epoch: number; readonly id: Uint8Array }
  /** The shard, a carrier, has queued these credits for the receiver, the first of them under number `first`. */
  | {
      readonly type: 'credits';
      readonly shard: number;
      readonly receiver: number;
      readonly first: bigint;
      readonly credits: readonly Credit[];
    }
  /** The shard, a receiver, has applied all credits of the carrier below `next`. */
  | { readonly type: 'cursor'; readonly shard: number; readonly carrier: number; readonly next: bigint };
