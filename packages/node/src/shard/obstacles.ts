import type { AtomixView } from '@ios/atomix';
import type { Input, OutPoint, Output } from '@ios/ledger';
import type { PendingRoom } from './pending-room.ts';
import { isShared, makerOf, type PoolEntry } from './pool-entry.ts';
import { REFUSALS, type Refused } from './refusal.ts';

/** The part of a shard's state that its pool reads: unspent outputs, and which records hold others. */
export type PoolView = Pick<AtomixView, 'get' | 'holder'>;

/** Finds out what keeps transactions from being executed in this shard, after those that are pending. */
export interface Obstacles {
  /** A verdict, or the first input (by its place among those of this shard) whose output is not known, or nothing. */
  of(entry: PoolEntry): Refused | number | undefined;
  /** The first such input from `start` on; one that a record holds is not among them. */
  firstLacking(entry: PoolEntry, start: number): number | undefined;
  /** Whether the output under a key is there to be spent: final, or made by a pending transaction. */
  isThere(outpoint: OutPoint, key: string): boolean;
  /**
   * Whether this shard can vote to reject: the state shows another coin under an input, or holds it for another
   * transaction. An input that is not there is no vote.
   */
  isRejectable(entry: PoolEntry): boolean;
  /** Whether that is all that it can do, and a vote of use: other shards have one too, and one of them has accepted. */
  isToReject(entry: PoolEntry): boolean;
}

/** What is found in the state of the head, and made by pending transactions; `isContested` is the pool's. */
export const createObstacles = (
  view: PoolView,
  pending: Pick<PendingRoom, 'get' | 'spender'>,
  isContested: (id: Uint8Array) => boolean,
): Obstacles => {
  const outputUnder = (outpoint: OutPoint, key: string): Output | undefined => {
    const found = view.get(outpoint, key);
    if (found !== undefined) return found;
    const maker = pending.get(makerOf(key));
    // Whether all voters of a shared one accept is not known here.
    return maker === undefined || isShared(maker) ? undefined : maker.transaction.body.outputs[outpoint.index];
  };

  const isHeldByAnother = (outpoint: OutPoint, id: Uint8Array): boolean => {
    const holder = view.holder(outpoint);
    return holder !== undefined && Buffer.compare(holder, id) !== 0;
  };

  const isRejectable: Obstacles['isRejectable'] = ({ id, inputs }) =>
    inputs.some((input) => {
      const found = view.get(input.outpoint);
      return found === undefined ? isHeldByAnother(input.outpoint, id) : !states(input, found);
    });

  return {
    of({ id, inputs, spends }) {
      let lacks: number | undefined;
      for (const [i, input] of inputs.entries()) {
        const { outpoint } = input;
        const key = spends[i]!;
        if (pending.spender(key) !== undefined) return REFUSALS.conflict;
        const found = outputUnder(outpoint, key);
        if (found !== undefined) {
          if (!states(input, found)) return REFUSALS.falseStatement;
        } else if (isHeldByAnother(outpoint, id)) return REFUSALS.held;
        else lacks ??= i;
      }
      return lacks;
    },
    firstLacking({ id, inputs, spends }, start) {
      for (let i = start; i < spends.length; i++) {
        const { outpoint } = inputs[i]!;
        if (outputUnder(outpoint, spends[i]!) === undefined && !isHeldByAnother(outpoint, id)) return i;
      }
      return undefined;
    },
    isThere: (outpoint, key) => outputUnder(outpoint, key) !== undefined,
    isRejectable,
    isToReject: (entry) => isShared(entry) && isContested(entry.id) && isRejectable(entry),
  };
};

/** Whether an input states the output that is there. */
const states = ({ amount, owner }: Input, found: Output): boolean =>
  found.amount === amount && Buffer.compare(found.owner, owner) === 0;
