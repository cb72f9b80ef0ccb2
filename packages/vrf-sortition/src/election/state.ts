import type { ExclusionRecord, Moment } from '../exclusion.ts';
import type { Attempt } from '../leader.ts';
import type { Candidate } from '../ranking.ts';
import type { Ticket } from '../ticket.ts';

/** A ticket of election view 0 that was verified. */
export interface HeldTicket extends Candidate {
  readonly ticket: Ticket;
}

/** A ticket under verification, and who sent it. */
export interface PendingTicket {
  readonly from: string;
  readonly ticket: Ticket;
}

/** Whom a member waited for when it moved to the view of the moment. */
export interface Name extends Moment {
  readonly waitedFor: number;
}

/** What the machine holds: of n seats at most n tickets, n early ones, and eight pending for each peer. */
export interface ElectionState {
  /** The attempt under way, and whether its tickets are still gathered. */
  readonly current: (Attempt & { readonly gathering: boolean }) | undefined;
  readonly held: readonly HeldTicket[];
  /** This seat's own proofs of the attempt by election view; undefined while the host makes one. */
  readonly own: ReadonlyMap<number, Uint8Array | undefined>;
  /** Tickets of attempts to come, one for each owner, from the owner alone. */
  readonly early: ReadonlyMap<number, Ticket>;
  readonly pending: ReadonlyMap<string, PendingTicket>;
  /** Peers that sent a ticket that does not hold: nobody honest passes on what it did not verify. */
  readonly liars: ReadonlySet<string>;
  /** Durable. */
  readonly record: ExclusionRecord;
  /** The last view whose leader is known here. */
  readonly led: (Moment & { readonly leader: number }) | undefined;
  /** By member: the name for the latest view that it moved to. */
  readonly names: ReadonlyMap<number, Name>;
  readonly nextId: number;
}

export const initialState = (record: ExclusionRecord): ElectionState => ({
  current: undefined,
  held: [],
  own: new Map(),
  early: new Map(),
  pending: new Map(),
  liars: new Set(),
  record,
  led: undefined,
  names: new Map(),
  nextId: 0,
});
