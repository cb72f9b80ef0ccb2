/** How many dealings, or servers' shares, are verified at a time. */
const CHUNK = 64;

/** A list in parts that are verified at a time. */
export const chunks = <T>(list: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(list.length / CHUNK) }, (_, i) => list.slice(i * CHUNK, (i + 1) * CHUNK));

/** What stands in one group, and may be verified to make up its threshold. */
export interface Candidates<T> {
  readonly threshold: number;
  /** How many are good, or are being verified. */
  readonly counted: number;
  /** What is left, the best first. */
  readonly unchecked: readonly T[];
}

/**
 * What to verify next so that every group gets to its threshold: nothing as long as one cannot, then no more than it takes.
 */
export const enough = <T>(groups: readonly Candidates<T>[]): T[] =>
  groups.every(({ threshold, counted, unchecked }) => counted + unchecked.length >= threshold)
    ? groups.flatMap(({ threshold, counted, unchecked }) => unchecked.slice(0, Math.max(0, threshold - counted)))
    : [];
