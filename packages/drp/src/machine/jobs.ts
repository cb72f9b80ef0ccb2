import type { Group } from '../grouping.ts';

/** How many dealings, or servers' shares, are verified at a time. */
const CHUNK = 64;

/** A list in parts that are verified at a time. */
export const chunks = <T>(list: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(list.length / CHUNK) }, (_, i) => list.slice(i * CHUNK, (i + 1) * CHUNK));

/** What is known of something that a server sent. */
export type Status = 'unchecked' | 'checking' | 'valid' | 'bad';

/** The members of one group by what is known of what they sent. */
export interface Tally extends Readonly<Record<Status, readonly number[]>> {
  readonly threshold: number;
}

/** How each group stands; undefined as long as there is one that cannot get to its threshold. */
export const tallies = (
  groups: readonly Group[],
  statusOf: (server: number) => Status | undefined,
): Tally[] | undefined => {
  const all: Tally[] = [];
  for (const { members, threshold } of groups) {
    const by: Record<Status, number[]> = { unchecked: [], checking: [], valid: [], bad: [] };
    for (const server of members) {
      const status = statusOf(server);
      if (status !== undefined) by[status].push(server);
    }
    if (by.valid.length + by.checking.length + by.unchecked.length < threshold) return undefined;
    all.push({ threshold, ...by });
  }
  return all;
};

/** Whether every group has got to its threshold. */
export const isComplete = (all: readonly Tally[]): boolean =>
  all.every(({ threshold, valid }) => valid.length >= threshold);

/**
 * Whose to verify next so that every group gets to its threshold: no more than it takes.
 * @param order - the best first
 */
export const enough = (
  all: readonly Tally[],
  order: (servers: readonly number[]) => readonly number[] = (servers) => servers,
): number[] =>
  all.flatMap(({ threshold, valid, checking, unchecked }) => {
    const lacking = threshold - valid.length - checking.length;
    return lacking > 0 ? order(unchecked).slice(0, lacking) : [];
  });
