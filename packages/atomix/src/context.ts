import type { Context } from '@ios/ledger';
import type { Placement } from './placement.ts';
import { type Rules, soundRules } from './rules.ts';

/** Where a block's entries are executed: chain and epoch as for the ledger, and what a shard among others needs. */
export interface ShardContext extends Context {
  /** Number of this shard (u16). */
  readonly shard: number;
  /** Height of the block (u32, from 1). */
  readonly height: number;
  /** Where owners live. */
  readonly place: Placement;
  /** What an aborted input costs, in atomic units; at most the whole input. Without it, to lock what others wait for would be free. */
  readonly lockFee: bigint;
  /** The rules; a test breaks one, everyone else leaves them out. */
  readonly rules?: Rules;
}

/** The rules of a context. */
export const rulesOf = ({ rules }: ShardContext): Rules => rules ?? soundRules;
