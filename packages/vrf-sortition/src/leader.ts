import { type Attachment, decodeAttachment } from './attachment.ts';
import type { Ecvrf } from './ecvrf/ecvrf.ts';
import { excludedBy, type Moment, mostExcluded } from './exclusion.ts';
import { type Candidate, electionViewOf, lowestEligible } from './ranking.ts';
import { ticketAlpha, ticketRank } from './ticket.ts';

/** What a seat takes part in elections with. */
export interface Seat {
  /** Its identity key, 32 bytes. */
  readonly identity: Uint8Array;
  /** Its key of the verifiable random function, 32 bytes; registered with a proof of possession, so of prime order. */
  readonly vrfKey: Uint8Array;
}

/** What all elections of an epoch have in common. */
export interface ElectionContext {
  /** 32 bytes. */
  readonly chain: Uint8Array;
  /** The epoch e whose randomness is to be made, u32. */
  readonly epoch: number;
  /** rnd(e-1), 32 bytes. */
  readonly randomness: Uint8Array;
  /** The roster that runs the election, in its order; at most 65 535. */
  readonly seats: readonly Seat[];
}

/** One attempt at the randomness of the epoch. */
export interface Attempt {
  /** How many came to nothing before, u32. */
  readonly attempt: number;
  /** Seats that the decisions of those keep from leading, since they withheld their part. */
  readonly barred: readonly number[];
}

/** A member's part in opening a view. */
export interface OpeningClaim {
  readonly seat: number;
  readonly attachment: Attachment;
}

/** The input of all tickets of a drawing. @throws VrfError as `ticketAlpha` */
export const alphaOf = (context: ElectionContext, attempt: number, electionView: number): Uint8Array => {
  const { chain, epoch, randomness } = context;
  return ticketAlpha({ chain, epoch, attempt, electionView, randomness });
};

/** The rank of a seat's ticket that was verified: 32 bytes; undefined for bytes that are no proof. */
export const rankOf = (
  vrf: Pick<Ecvrf, 'proofToHash'>,
  context: ElectionContext,
  alpha: Uint8Array,
  { seat, pi }: { readonly seat: number; readonly pi: Uint8Array },
): Uint8Array | undefined => {
  const beta = vrf.proofToHash(pi);
  const owner = context.seats[seat];
  return beta === undefined || owner === undefined ? undefined : ticketRank(alpha, beta, owner.identity);
};

/**
 * The leader of a view above 0: of the members whose view-changes open it the one with the lowest ticket of its election view
 * that is not excluded. A function of those view-changes and of what is decided, the same for everybody.
 *
 * Where none of them has a ticket, the member leads that sits at seat view mod n, or first after it, round and round. So whoever
 * leads by many view-changes leads by each n - f of them that has its own, and can open the view.
 * @param moment - height and view, the view from 1
 * @param opening - claims of n - f different seats by ascending seat, that {@link isAttachment} found right; of a member that
 * asks whether it could lead, all that it has
 */
export const leaderOf = (
  vrf: Pick<Ecvrf, 'proofToHash'>,
  context: ElectionContext,
  { attempt, barred }: Attempt,
  moment: Moment,
  opening: readonly OpeningClaim[],
): number => {
  const alpha = alphaOf(context, attempt, electionViewOf(moment.view));
  const candidates = opening.flatMap(({ seat, attachment: { pi } }): Candidate[] => {
    const rank = pi === undefined ? undefined : rankOf(vrf, context, alpha, { seat, pi });
    return rank === undefined ? [] : [{ seat, rank }];
  });
  const claims = opening.map(({ attachment }) => attachment);
  const excluded = excludedBy(context.seats.length, moment, claims).map(({ seat }) => seat);
  return lowestEligible(candidates, barred, excluded) ?? nextAfter(moment.view % context.seats.length, opening);
};

/** Of claims by ascending seat the first from a seat on, or else the first of all. */
const nextAfter = (from: number, opening: readonly OpeningClaim[]): number =>
  (opening.find(({ seat }) => seat >= from) ?? opening[0])?.seat ?? 0;

/**
 * Whether the attachment of a seat's view-change is right: one encoding, seats of the roster, no more exclusions than f and
 * none from the future, and a ticket, if there is one, that holds. Costs one verification. Never throws.
 * @param moment - height and view that the view-change moves to
 */
export const isAttachment = (
  vrf: Pick<Ecvrf, 'verify'>,
  context: ElectionContext,
  { attempt }: Pick<Attempt, 'attempt'>,
  moment: Moment,
  seat: number,
  bytes: Uint8Array,
): boolean => {
  const n = context.seats.length;
  const owner = context.seats[seat];
  const attachment = decodeAttachment(bytes);
  if (attachment === undefined || owner === undefined) return false;
  const { pi, waitedFor, excluded } = attachment;
  if (waitedFor !== undefined && waitedFor >= n) return false;
  if (excluded.length > mostExcluded(n)) return false;
  const later = ({ height, view }: Moment): boolean =>
    height > moment.height || (height === moment.height && view > moment.view);
  if (excluded.some((entry) => entry.seat >= n || later(entry))) return false;
  const alpha = alphaOf(context, attempt, electionViewOf(moment.view));
  return pi === undefined || vrf.verify(owner.vrfKey, alpha, pi) !== undefined;
};
