/** A seat with the rank of its verified ticket, 32 bytes. */
export interface Candidate {
  readonly seat: number;
  readonly rank: Uint8Array;
}

/** How many lead one after another before new tickets are drawn: a leader and two back-ups (whitepaper, section 5). */
export const LEADERS_PER_DRAWING = 3;

/** The election view of a view: floor(view / 3). @param view - from 0 */
export const electionViewOf = (view: number): number => Math.floor(view / LEADERS_PER_DRAWING);

/** Candidates by ascending rank; whoever stands first leads. Equal ranks, which no hash gives, go by seat. */
export const ranking = (candidates: readonly Candidate[]): readonly Candidate[] =>
  [...candidates].sort((a, b) => compareRanks(a.rank, b.rank) || a.seat - b.seat);

/**
 * The seat that leads: of the lowest rank among those neither barred nor excluded. Where nobody is left the excluded may
 * lead, and where nobody is left then the barred: a drawing has a leader whenever it has a ticket.
 * @param barred - seats that a decision keeps from leading
 * @param excluded - seats that time-outs keep from leading
 * @returns undefined if there is no candidate
 */
export const lowestEligible = (
  candidates: readonly Candidate[],
  barred: readonly number[],
  excluded: readonly number[],
): number | undefined => {
  const ranked = ranking(candidates);
  const allowed = ranked.filter(({ seat }) => !barred.includes(seat));
  const eligible = allowed.filter(({ seat }) => !excluded.includes(seat));
  return (eligible[0] ?? allowed[0] ?? ranked[0])?.seat;
};

const compareRanks = (a: Uint8Array, b: Uint8Array): number => {
  const place = a.findIndex((byte, i) => byte !== b[i]);
  return place < 0 ? 0 : a[place]! - b[place]!;
};
