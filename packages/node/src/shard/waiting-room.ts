import type { OutPoint } from '@ios/ledger';
import type { PoolEntry } from './mempool.ts';

/** Transactions that spend outputs not yet known, found again by the first outpoint that they lack. */
export interface WaitingRoom {
  readonly size: number;
  readonly bytes: number;
  get(name: string): { readonly entry: PoolEntry; readonly missing: OutPoint } | undefined;
  /** Names of those that lack this outpoint, in order of arrival. */
  lacking(outpoint: string): readonly string[];
  add(name: string, entry: PoolEntry, missing: OutPoint, outpoint: string): void;
  remove(name: string): PoolEntry | undefined;
  /** The oldest transaction of the sender that has most of them here. */
  oldestOfBusiest(): string | undefined;
}

/** An empty waiting room; its bounds are the pool's business. */
export const createWaitingRoom = (): WaitingRoom => {
  const all = new Map<string, { entry: PoolEntry; missing: OutPoint; outpoint: string }>();
  const byOutpoint = new Map<string, Set<string>>();
  const bySender = new Map<string, Set<string>>();
  let bytes = 0;

  const put = (index: Map<string, Set<string>>, key: string, name: string): void => {
    const names = index.get(key);
    if (names === undefined) index.set(key, new Set([name]));
    else names.add(name);
  };
  const take = (index: Map<string, Set<string>>, key: string, name: string): void => {
    const names = index.get(key);
    names?.delete(name);
    if (names?.size === 0) index.delete(key);
  };

  return {
    get size() {
      return all.size;
    },
    get bytes() {
      return bytes;
    },
    get: (name) => all.get(name),
    lacking: (outpoint) => [...(byOutpoint.get(outpoint) ?? [])],
    add(name, entry, missing, outpoint) {
      all.set(name, { entry, missing, outpoint });
      put(byOutpoint, outpoint, name);
      put(bySender, entry.from, name);
      bytes += entry.bytes.length;
    },
    remove(name) {
      const found = all.get(name);
      if (found === undefined) return undefined;
      all.delete(name);
      take(byOutpoint, found.outpoint, name);
      take(bySender, found.entry.from, name);
      bytes -= found.entry.bytes.length;
      return found.entry;
    },
    oldestOfBusiest() {
      let busiest: Set<string> | undefined;
      for (const names of bySender.values()) if (names.size > (busiest?.size ?? 0)) busiest = names;
      return busiest?.values().next().value;
    },
  };
};
