/** Something with a key that strings order by `<`. */
export interface Keyed {
  readonly key: string;
}

/**
 * Items of distinct keys in ascending order, cut into runs of 1 to 64. A place is found by two binary searches; what comes
 * or goes copies its run (an array that grows takes room for 16 items more than it holds) and, where a run is cut or
 * empty, moves the list of runs. Runs are not joined again.
 */
export type SortedRuns<Item extends Keyed> = (readonly Item[])[];

const LONGEST = 64;

/** Puts in an item whose key is not there; there is another. */
export function insert<Item extends Keyed>(runs: SortedRuns<Item>, item: Item): void {
  const at = runOf(runs, item.key);
  const run = runs[at]!;
  const place = placeIn(run, item.key);
  const longer: Item[] = new Array(run.length + 1);
  for (let i = 0; i < place; i++) longer[i] = run[i]!;
  longer[place] = item;
  for (let i = place; i < run.length; i++) longer[i + 1] = run[i]!;
  if (longer.length <= LONGEST) runs[at] = longer;
  else runs.splice(at, 1, longer.slice(0, LONGEST / 2), longer.slice(LONGEST / 2));
}

/** Takes out the item of a key that is there; another stays. */
export function remove<Item extends Keyed>(runs: SortedRuns<Item>, key: string): void {
  const at = runOf(runs, key);
  const run = runs[at]!;
  if (run.length === 1) {
    runs.splice(at, 1);
    return;
  }
  const place = placeIn(run, key);
  const shorter: Item[] = new Array(run.length - 1);
  for (let i = 0; i < place; i++) shorter[i] = run[i]!;
  for (let i = place; i < shorter.length; i++) shorter[i] = run[i + 1]!;
  runs[at] = shorter;
}

/** At most `limit` items in order: the first ones, or those whose keys are above `after`. */
export function page<Item extends Keyed>(runs: SortedRuns<Item>, limit: number, after?: string): Item[] {
  const items: Item[] = [];
  let at = after === undefined ? 0 : runOf(runs, after);
  let place = after === undefined ? 0 : placeIn(runs[at] ?? [], after);
  if (after !== undefined && runs[at]?.[place]?.key === after) place++;
  for (; at < runs.length && items.length < limit; at++, place = 0) {
    items.push(...runs[at]!.slice(place, place + limit - items.length));
  }
  return items;
}

/** The last run that begins at or below a key; the first if none does. */
function runOf<Item extends Keyed>(runs: SortedRuns<Item>, key: string): number {
  let low = 0;
  for (let high = runs.length; high - low > 1; ) {
    const middle = (low + high) >>> 1;
    if (runs[middle]![0]!.key <= key) low = middle;
    else high = middle;
  }
  return low;
}

/** How many items of a run are below a key. */
function placeIn(run: readonly Keyed[], key: string): number {
  let low = 0;
  for (let high = run.length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (run[middle]!.key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
