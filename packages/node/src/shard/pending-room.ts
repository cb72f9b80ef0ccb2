import type { PoolEntry } from './pool-entry.ts';
import type { Load } from './sender-budgets.ts';

/** Transactions that a block may include, and who sent how much of them. */
export interface PendingRoom extends Load {
  get(name: string): PoolEntry | undefined;
  /** The name of the transaction that spends the output under a key. */
  spender(key: string): string | undefined;
  add(entry: PoolEntry): void;
  remove(entry: PoolEntry): void;
  /** In the order in which they were added. */
  entries(): Iterable<PoolEntry>;
  /** Those that spend nothing. */
  rejects(): Iterable<PoolEntry>;
  /** Whether one more, of so many bytes, would exceed a bound. */
  isFull(size: number): boolean;
  /**
   * Which one is to make room for `entry`: the newest of the sender that has the most of what there is too much of, as
   * long as the sender of `entry` would still have less with it.
   */
  yielding(entry: PoolEntry): PoolEntry | undefined;
}

/** What one sender has here; of the names, in the order of arrival, some may have left. */
interface Share {
  names: string[];
  count: number;
  bytes: number;
}

/** An empty room with these bounds. */
export const createPendingRoom = (most: Load): PendingRoom => {
  /** Insertion order is topological: a child becomes pending after its parents. */
  const all = new Map<string, PoolEntry>();
  const spentBy = new Map<string, string>();
  const rejects = new Map<string, PoolEntry>();
  const shares = new Map<string, Share>();
  let bytes = 0;

  const isCrowded = (): boolean => all.size >= most.transactions;
  const newest = (from: string, { names }: Share): PoolEntry => {
    for (let name = names.at(-1)!; ; name = names.at(-1)!) {
      const entry = all.get(name);
      if (entry?.from === from) return entry;
      names.pop();
    }
  };

  return {
    get transactions() {
      return all.size;
    },
    get bytes() {
      return bytes;
    },
    get: (name) => all.get(name),
    spender: (key) => spentBy.get(key),
    add(entry) {
      const { name, from, size, spends } = entry;
      all.set(name, entry);
      bytes += size;
      for (const key of spends) spentBy.set(key, name);
      if (spends.length === 0) rejects.set(name, entry);
      const share = shares.get(from) ?? { names: [], count: 0, bytes: 0 };
      shares.set(from, share);
      share.names.push(name);
      share.count += 1;
      share.bytes += size;
      if (share.names.length > 2 * share.count + 16)
        share.names = share.names.filter((one) => all.get(one)?.from === from);
    },
    remove({ name, from, size, spends }) {
      all.delete(name);
      bytes -= size;
      for (const key of spends) spentBy.delete(key);
      if (spends.length === 0) rejects.delete(name);
      const share = shares.get(from)!;
      share.count -= 1;
      share.bytes -= size;
      if (share.count === 0) shares.delete(from);
    },
    entries: () => all.values(),
    rejects: () => rejects.values(),
    isFull: (size) => isCrowded() || bytes + size > most.bytes,
    yielding({ from, size }) {
      const load = isCrowded() ? ({ count }: Share) => count : (share: Share) => share.bytes;
      const own = shares.get(from);
      let least = (own === undefined ? 0 : load(own)) + (isCrowded() ? 1 : size);
      let found: [string, Share] | undefined;
      for (const one of shares) {
        if (load(one[1]) <= least) continue;
        least = load(one[1]);
        found = one;
      }
      return found && newest(...found);
    },
  };
};
