import type { Clock } from '../clock.ts';

/** How long a sender is remembered for a signature that did not hold, in ms. */
export const SUSPICION_MS = 60_000;

/** How many senders are remembered; the one that was longest not seen is forgotten first. */
const SENDERS = 10_000;

/** Senders of whom a signature did not hold of late. */
export interface Suspects {
  has(sender: string): boolean;
  /** A signature of this sender did not hold. */
  add(sender: string): void;
}

/** Nobody yet. */
export const createSuspects = (clock: Pick<Clock, 'now'>): Suspects => {
  const since = new Map<string, number>();
  return {
    has(sender) {
      const at = since.get(sender);
      if (at === undefined) return false;
      // A clock that was set back must not make a suspicion last.
      const age = clock.now() - at;
      if (age >= 0 && age < SUSPICION_MS) return true;
      since.delete(sender);
      return false;
    },
    add(sender) {
      since.delete(sender);
      since.set(sender, clock.now());
      if (since.size > SENDERS) since.delete(since.keys().next().value!);
    },
  };
};
