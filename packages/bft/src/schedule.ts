import { BftError } from './errors.ts';
import type { ViewChange } from './messages.ts';

/**
 * Who leads a view, how long it may take, and what a view-change must carry for that to be settled: pure functions, the
 * same for every member. A leader that depends on the view-changes is not known again after a restart within its view.
 */
export interface Schedule {
  /**
   * Index of the leader; `opening` are the view-changes that open the view, as many as a quorum, by ascending member (empty for
   * view 0); of the member that asks who might lead, all that it has. Of a peer's proposal they may be unsigned as yet, and their attachments unchecked. -1 where there is none, or none
   * is known here.
   */
  leader(height: number, view: number, opening: readonly ViewChange[]): number;
  /** How long the view may take, in whole ms from 1. */
  timeout(height: number, view: number): number;
  /**
   * How long a member that has the view-changes of a quorum waits for those of the others before it may lead, in whole ms: what
   * messages need, for a schedule whose leader depends on the view-changes. Without it two members can take themselves for the
   * leader of one view, and cost that view its quorum. Left out, nobody waits.
   */
  gather?(height: number, view: number): number;
  /** What this member attaches to its view-change to `view`, at most 1 024 bytes. */
  attachment(height: number, view: number): Uint8Array;
  /** Whether the attachment of `member`'s view-change is right. */
  checkAttachment(height: number, view: number, member: number, attachment: Uint8Array): boolean;
  /**
   * Whether all members come to the same leader of a view; else a proposal that is not by the leader that is known here is
   * passed over, and not held against who sent it. All views are agreed on when it is left out.
   */
  isAgreed?(view: number): boolean;
}

/** Options of {@link rotation}. */
export interface RotationOptions {
  /** Member indices in their order of leading: a permutation of 0 .. n-1. */
  readonly order: readonly number[];
  /** Time-out of view 0 in ms; it doubles with each view. Above what the slowest signing attempt takes. */
  readonly baseTimeout: number;
  /** The time-out stops doubling here, in ms. */
  readonly maxTimeout: number;
}

/**
 * Leadership that rotates at every height, which bounds how long one member can censor: the leader of (height, view) is
 * order[(height + view) mod n]. View-changes carry nothing. @throws BftError `configuration`.
 */
export const rotation = ({ order, baseTimeout, maxTimeout }: RotationOptions): Schedule => {
  if (order.length === 0 || [...order].sort((a, b) => a - b).some((member, i) => member !== i))
    throw new BftError('configuration', 'the order of leaders must be a permutation of the member indices');
  if (![baseTimeout, maxTimeout].every(Number.isSafeInteger) || baseTimeout < 1 || maxTimeout < baseTimeout)
    throw new BftError('configuration', 'time-outs are whole milliseconds from 1, and the largest at least the first');
  return {
    leader: (height, view) => order[(height + view) % order.length]!,
    timeout: (_height, view) => Math.min(baseTimeout * 2 ** Math.min(view, 30), maxTimeout),
    attachment: () => new Uint8Array(0),
    checkAttachment: (_height, _view, _member, attachment) => attachment.length === 0,
  };
};
