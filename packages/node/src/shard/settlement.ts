import type { Obstacles } from './obstacles.ts';
import type { PendingRoom } from './pending-room.ts';
import { isShared, outputKey, type PoolEntry } from './pool-entry.ts';
import { REFUSALS, type Refused } from './refusal.ts';
import type { Waiting, WaitingRoom } from './waiting-room.ts';

/** Puts transactions into the rooms of a pool, and takes them out with what depends on them. */
export interface Settlement {
  /**
   * Finds the place of transactions that are in neither room, one after another, each before whatever waited for its
   * outputs. The search for unknown outputs goes on where it stopped before.
   */
  settle(entries: readonly Waiting[]): void;
  /** Takes a pending transaction out, by name, with all that spend what it would have made. */
  evict(name: string, verdict: Refused): void;
}

/** What places are found with; the last three are the pool's. */
export interface SettlementOptions {
  readonly pending: PendingRoom;
  readonly waiting: WaitingRoom;
  readonly obstacles: Obstacles;
  /** One has left both rooms. */
  leave(entry: PoolEntry, verdict: Refused): void;
  hasKnownOwners(entry: PoolEntry): boolean;
  onUnchecked(entries: readonly PoolEntry[]): void;
  onPending(entries: readonly PoolEntry[]): void;
}

/** Moves transactions between these rooms. */
export const createSettlement = (options: SettlementOptions): Settlement => {
  const { pending, waiting, obstacles, leave } = options;

  const evict: Settlement['evict'] = (first, verdict) => {
    const names = [first];
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const entry = pending.get(name);
      if (entry === undefined) continue;
      pending.remove(entry);
      leave(entry, verdict);
      for (let index = 0; index < entry.transaction.body.outputs.length; index++) {
        const child = pending.spender(outputKey(name, index));
        if (child !== undefined) names.push(child);
      }
    }
  };

  /** Whether there is room for a transaction, now that those who have more have made some. */
  const makeRoom = (entry: PoolEntry): boolean => {
    while (pending.isFull(entry.size)) {
      const victim = pending.yielding(entry);
      if (victim === undefined) return false;
      evict(victim.name, REFUSALS.madeRoom);
    }
    return true;
  };

  const wait = (one: Waiting): void => {
    for (const evicted of waiting.add(one)) leave(evicted, REFUSALS.crowdedOut);
  };

  /** Takes those that waited for the outputs of a pending transaction out of the waiting room. */
  const released = (maker: PoolEntry): Waiting[] => {
    const all: Waiting[] = [];
    if (isShared(maker)) return all;
    const { name, transaction } = maker;
    for (let index = 0; index < transaction.body.outputs.length; index++)
      all.push(...waiting.release(outputKey(name, index)));
    return all;
  };

  const settle: Settlement['settle'] = (entries) => {
    const stack = [...entries].reverse();
    const made: PoolEntry[] = [];
    const unchecked: PoolEntry[] = [];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { entry, checked } = next;
      const toReject = obstacles.isToReject(entry);
      const found = toReject ? undefined : (obstacles.firstLacking(entry, next.lacks ?? 0) ?? obstacles.of(entry));
      if (typeof found === 'object') leave(entry, found);
      else if (found !== undefined) wait({ entry, lacks: found, checked });
      else if (!checked && !options.hasKnownOwners(entry)) {
        wait({ entry, lacks: undefined, checked });
        unchecked.push(entry);
      } else if (pending.isFull(entry.size)) {
        // Among what made room may be a parent: then this one has to wait for it.
        if (makeRoom(entry)) stack.push({ entry, lacks: 0, checked: true });
        else leave(entry, REFUSALS.full);
      } else {
        pending.add(toReject ? { ...entry, spends: [] } : entry);
        made.push(entry);
        stack.push(...released(entry).reverse());
      }
    }
    const stayed = made.filter(({ name }) => pending.get(name) !== undefined);
    if (stayed.length > 0) options.onPending(stayed);
    if (unchecked.length > 0) options.onUnchecked(unchecked);
  };

  return { settle, evict };
};
