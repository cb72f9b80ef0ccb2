import { type Change, compareChanges } from './delta.ts';

/** The most changes that are put in order one by one. */
const FEW = 32;

/**
 * Changes of one table in the order of their keys (two bytes or more), for keys that begin with a hash: about as many
 * buckets as changes, by the first two bytes, leave little to compare. A bucket that somebody filled on purpose is sorted
 * by comparisons, so the worst that can be done is an ordinary sort.
 */
export function sortByHash(changes: readonly Change[]): Change[] {
  const bits = Math.min(16, 32 - Math.clz32(changes.length));
  const bucketOf = ({ key }: Change): number => ((key[0]! << 8) | key[1]!) >> (16 - bits);
  const ends = new Uint32Array(1 << bits);
  for (const change of changes) ends[bucketOf(change)]!++;
  for (let bucket = 1; bucket < ends.length; bucket++) ends[bucket]! += ends[bucket - 1]!;
  const starts = ends.slice();
  const sorted: Change[] = new Array(changes.length);
  for (const change of changes) sorted[--starts[bucketOf(change)]!] = change;
  for (let bucket = 0; bucket < ends.length; bucket++) sortRun(sorted, starts[bucket]!, ends[bucket]!);
  return sorted;
}

/** Sorts the items from `start` up to `end` in place. */
function sortRun(items: Change[], start: number, end: number): void {
  if (end - start > FEW) {
    items
      .slice(start, end)
      .sort(compareChanges)
      .forEach((item, i) => {
        items[start + i] = item;
      });
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const item = items[i]!;
    let free = i;
    for (; free > start && compareChanges(items[free - 1]!, item) > 0; free--) items[free] = items[free - 1]!;
    items[free] = item;
  }
}
