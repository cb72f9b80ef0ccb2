/** A moment in the beacon: of two, the later has the higher height, or the higher view of the same. */
export interface Moment {
  /** u32. */
  readonly height: number;
  /** u32. */
  readonly view: number;
}

/** A seat that a quorum waited for in vain, and the view that was opened thereby. */
export interface Exclusion extends Moment {
  readonly seat: number;
}

/** Seats kept from leading for the rest of the epoch, each once, oldest first. */
export type ExclusionRecord = readonly Exclusion[];

/** The most seats that a record holds, so that it fits the attachment of a view-change. */
export const MAX_EXCLUDED = 90;

/** How many of n seats may be faulty: floor((n-1)/3). @param n - from 1 */
export const faults = (n: number): number => Math.floor((n - 1) / 3);

/** How many of n seats may stay excluded: f, or {@link MAX_EXCLUDED} if that is less. */
export const mostExcluded = (n: number): number => Math.min(faults(n), MAX_EXCLUDED);

/**
 * Two records as one: a seat that stands in both keeps its later entry, and of more than `limit` the oldest lapse. Without
 * that limit a slow start of the network would leave nobody to lead.
 */
export const mergeExclusions = (a: ExclusionRecord, b: ExclusionRecord, limit: number): ExclusionRecord => {
  const latest = new Map<number, Exclusion>();
  for (const entry of [...a, ...b]) {
    const known = latest.get(entry.seat);
    if (known === undefined || compareExclusions(known, entry) < 0) latest.set(entry.seat, entry);
  }
  const record = [...latest.values()].sort(compareExclusions);
  return record.slice(Math.max(0, record.length - limit));
};

/** By age, oldest first; entries of one moment by seat. */
export const compareExclusions = (a: Exclusion, b: Exclusion): number =>
  a.height - b.height || a.view - b.view || a.seat - b.seat;

/** What a member says when it moves to a view: whom it waited for in the view before, and its record. */
export interface TimeoutClaim {
  readonly waitedFor: number | undefined;
  readonly excluded: ExclusionRecord;
}

/**
 * Who is excluded in a view, as a function of the n - f claims that open it and nothing else, so that everybody finds the
 * same: seats that f + 1 of the claims have in their records (one of them is honest, and saw a quorum), and the seat, if
 * there is one, that n - f of the claims waited for.
 * @param n - number of seats
 * @param moment - the view that is opened
 */
export const excludedBy = (n: number, moment: Moment, claims: readonly TimeoutClaim[]): ExclusionRecord => {
  const f = faults(n);
  const bySeat = new Map<number, Exclusion[]>();
  for (const { excluded } of claims)
    for (const entry of excluded) bySeat.set(entry.seat, [...(bySeat.get(entry.seat) ?? []), entry]);
  // Of the times claimed the (f+1)-th latest: an honest member claims that or a later one.
  const recorded = [...bySeat.values()].flatMap(
    (entries) => [...entries].sort((a, b) => compareExclusions(b, a))[f] ?? [],
  );
  const named = namedByQuorum(
    n,
    claims.map(({ waitedFor }) => waitedFor),
  );
  const fresh = named === undefined ? [] : [{ ...moment, seat: named }];
  return mergeExclusions(recorded, fresh, mostExcluded(n));
};

/** The seat that n - f of the names are, if there is one. */
export const namedByQuorum = (n: number, names: readonly (number | undefined)[]): number | undefined => {
  const counts = new Map<number, number>();
  for (const name of names) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].find(([, count]) => count >= n - faults(n))?.[0];
};
