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
  /** Called once, unless a quorum was there at the start. */
  onMet(): void;
}

/**
 * A node that has just started meets the others when, with itself, a quorum of all validators is connected, or the limit is
 * over, for some may be reached through others. Before, the ticket that it draws would be heard by too few: who lacks it takes
 * another leader for the lowest, and all of them pass over one.
 */
export const startMeeting = ({ validators, peers, clock, limitMs, onMet }: MeetingOptions): Meeting => {
  const isQuorum = (): boolean => peers().length + 1 >= quorum(validators);
  let isOver = isQuorum();
  const end = (): void => {
    isOver = true;
    cancel();
    onMet();
  };
  const cancel = isOver ? () => {} : clock.setTimeout(end, limitMs);
  return {
    get isOver() {
      return isOver;
    },
    look() {
      if (!isOver && isQuorum()) end();
    },
    stop: cancel,
  };
};
