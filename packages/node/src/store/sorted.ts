import type { Range, Write } from './store.ts';

/** A key and its value. */
export type Entry = readonly [key: Uint8Array, value: Uint8Array];

/** Byte order, a prefix before what it begins. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const difference = a[index]! - b[index]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Index of the first entry whose key is not below `key`. */
function lowerBound(entries: readonly Entry[], key: Uint8Array): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(entries[middle]![0], key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function holds(entries: readonly Entry[], index: number, key: Uint8Array): boolean {
  const entry = entries[index];
  return entry !== undefined && compare(entry[0], key) === 0;
}

/** An ordered map from bytes to bytes as a plain array of entries in the order of their keys. */
export const sortedEntries = {
  get(entries: readonly Entry[], key: Uint8Array): Uint8Array | undefined {
    const index = lowerBound(entries, key);
    return holds(entries, index, key) ? entries[index]![1] : undefined;
  },

  /** Carries out the writes of a batch in their order, on the array itself. */
  apply(entries: Entry[], writes: readonly Write[]): void {
    for (const write of writes) {
      const index = lowerBound(entries, write.key);
      const present = holds(entries, index, write.key) ? 1 : 0;
      if ('value' in write) entries.splice(index, present, [write.key, write.value]);
      else entries.splice(index, present);
    }
  },

  /** A copy of the interval, in the order asked for. */
  interval(entries: readonly Entry[], { gte, lt, reverse = false, limit = Number.POSITIVE_INFINITY }: Range): Entry[] {
    const found = entries.slice(lowerBound(entries, gte), lowerBound(entries, lt));
    return (reverse ? found.reverse() : found).slice(0, limit);
  },
};
