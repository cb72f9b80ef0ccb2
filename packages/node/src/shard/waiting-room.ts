import type { PoolEntry } from './pool-entry.ts';
import type { Load } from './sender-budgets.ts';

/** A transaction that waits, and for what. */
export interface Waiting {
  readonly entry: PoolEntry;
  /** Which of its inputs (by index) spends an output that is not known; undefined while only its owners are checked. */
  readonly lacks: number | undefined;
  /** Whether the owners that it would bring in are valid. */
  readonly checked: boolean;
}

/** Transactions that spend outputs not yet known, found again by the outpoint that they wait for. */
export interface WaitingRoom extends Load {
  get(name: string): Waiting | undefined;
  /** Adds one that is not here; then takes out, oldest first, what the busiest senders have above the bounds. */
  add(waiting: Waiting): readonly PoolEntry[];
  remove(name: string): PoolEntry | undefined;
  /** Takes out those that wait for an outpoint, in order of arrival. */
  release(outpoint: string): readonly Waiting[];
  /** All that wait. */
  entries(): readonly PoolEntry[];
}

/** What one sender has here; the names in order of arrival. */
interface Queue {
  readonly names: Set<string>;
  bytes: number;
}

/**
 * An empty waiting room. Above the bound on numbers the oldest of the sender with the most transactions leaves, above
 * the bound on bytes that of the sender with the most bytes, so that nobody pushes out a smaller sender.
 */
export const createWaitingRoom = (most: Load): WaitingRoom => {
  const all = new Map<string, Waiting>();
  const byOutpoint = new Map<string, Set<string>>();
  const bySender = new Map<string, Queue>();
  let bytes = 0;

  const remove = (name: string): Waiting | undefined => {
    const waiting = all.get(name);
    if (waiting === undefined) return undefined;
    const { entry, lacks } = waiting;
    all.delete(name);
    bytes -= entry.size;
    if (lacks !== undefined) {
      const outpoint = entry.spends[lacks]!;
      const names = byOutpoint.get(outpoint)!;
      names.delete(name);
      if (names.size === 0) byOutpoint.delete(outpoint);
    }
    const queue = bySender.get(entry.from)!;
    queue.names.delete(name);
    queue.bytes -= entry.size;
    if (queue.names.size === 0) bySender.delete(entry.from);
    return waiting;
  };

  const oldestOfBusiest = (load: (queue: Queue) => number): string => {
    let busiest: Queue | undefined;
    for (const queue of bySender.values()) if (busiest === undefined || load(queue) > load(busiest)) busiest = queue;
    return busiest!.names.values().next().value!;
  };

  return {
    get transactions() {
      return all.size;
    },
    get bytes() {
      return bytes;
    },
    get: (name) => all.get(name),
    add(waiting) {
      const { entry, lacks } = waiting;
      const { name, from, size } = entry;
      all.set(name, waiting);
      bytes += size;
      if (lacks !== undefined) {
        const outpoint = entry.spends[lacks]!;
        const names = byOutpoint.get(outpoint);
        if (names === undefined) byOutpoint.set(outpoint, new Set([name]));
        else names.add(name);
      }
      const queue = bySender.get(from) ?? { names: new Set(), bytes: 0 };
      bySender.set(from, queue);
      queue.names.add(name);
      queue.bytes += size;

      const evicted: PoolEntry[] = [];
      const evict = (oldest: string): void => {
        evicted.push(remove(oldest)!.entry);
      };
      while (all.size > most.transactions) evict(oldestOfBusiest(({ names }) => names.size));
      while (bytes > most.bytes) evict(oldestOfBusiest((queue) => queue.bytes));
      return evicted;
    },
    remove: (name) => remove(name)?.entry,
    entries: () => [...all.values()].map(({ entry }) => entry),
    release: (outpoint) => [...(byOutpoint.get(outpoint) ?? [])].map((name) => remove(name)!),
  };
};
