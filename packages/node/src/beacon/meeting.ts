import { quorum } from '@ios/bft';
import type { Clock } from '../clock.ts';

/** Whether this node has met the others, once and for all. */
export interface Meeting {
  readonly isOver: boolean;
  /** One more may be connected. */
  look(): void;
  stop(): void;
}

/** What a meeting is made of. */
export interface MeetingOptions {
  /** How many validators there are, this one among them. */
  readonly validators: number;
  /** Other validators that are connected. */
  peers(): readonly string[];
  readonly clock: Clock;
  /** The longest that is waited, in ms. */
  readonly limitMs: number;
  onMet(): void;
}

/**
 * A node that has just started meets the others when, with itself, a quorum of all validators is connected, or the limit is
 * over, for some may be reached through others. Before, the ticket that it draws would be heard by too few: who lacks it takes
 * another leader for the lowest, and all of them pass over one.
 */
export const startMeeting = ({ validators, peers, clock, limitMs, onMet }: MeetingOptions): Meeting => {
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    cancel();
    onMet();
  };
  const cancel = clock.setTimeout(end, limitMs);
  return {
    get isOver() {
      return isOver;
    },
    look() {
      if (peers().length + 1 >= quorum(validators)) end();
    },
    stop: cancel,
  };
};
