/**
 * What a job is for. `consensus` goes before everything else. Of the others, `together`, which is for batches of many
 * senders, and `apart`, which is for a single sender's, take turns; `apart` leaves one thread to the rest where there are
 * two or more.
 */
export type Lane = 'consensus' | 'together' | 'apart';

/** Work of which only so much is under way at once. */
export interface Lanes {
  /** Runs a job when its turn comes: within a lane in the order of the calls. */
  run<T>(lane: Lane, job: () => Promise<T>): Promise<T>;
  /** How many jobs wait for their turn. */
  waiting(): Readonly<Record<Lane, number>>;
}

/** Lanes over so many threads, each of which does one job at a time. */
export const createLanes = (threads: number): Lanes => {
  const waiting: Record<Lane, (() => void)[]> = { consensus: [], together: [], apart: [] };
  let free = threads;
  let freeApart = Math.max(1, threads - 1);
  let turn: Lane = 'together';

  const next = (): Lane | undefined => {
    if (waiting.consensus.length > 0) return 'consensus';
    const mayGoApart = waiting.apart.length > 0 && freeApart > 0;
    if (waiting.together.length === 0) return mayGoApart ? 'apart' : undefined;
    return mayGoApart ? turn : 'together';
  };

  const begin = (): void => {
    for (let lane = next(); lane !== undefined && free > 0; lane = next()) {
      free -= 1;
      if (lane === 'apart') freeApart -= 1;
      if (lane !== 'consensus') turn = lane === 'together' ? 'apart' : 'together';
      waiting[lane].shift()!();
    }
  };

  return {
    async run(lane, job) {
      await new Promise<void>((resolve) => {
        waiting[lane].push(resolve);
        begin();
      });
      try {
        return await job();
      } finally {
        free += 1;
        if (lane === 'apart') freeApart += 1;
        begin();
      }
    },
    waiting: () => ({
      consensus: waiting.consensus.length,
      together: waiting.together.length,
      apart: waiting.apart.length,
    }),
  };
};
