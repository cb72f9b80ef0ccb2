/** Time as the node sees it: everything that waits or reads the time is given one of these. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump when the machine's clock is set, so it decides nothing in consensus. */
  now(): number;
  /** Calls `callback` once after at least `ms` milliseconds; returns a function that cancels it. */
  setTimeout(callback: () => void, ms: number): () => void;
}

/** The machine's clock; a pending time-out keeps the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
