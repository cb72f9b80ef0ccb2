/**
 * What a job is for. `consensus` goes before everything else. Of the others, `accept` and `decide` take turns, and
 * `decide`, which is for what takes long, leaves one thread to the rest where there are two or more.
 */
export type Lane = 'consensus' | 'accept' | 'decide';

/** Work of which only so much is under way at once. */
export interface Lanes {
  /** Runs a job when its turn comes: within a lane in the order of the calls. */
  run<T>(lane: Lane, job: () => Promise<T>): Promise<T>;
  /** How many jobs wait for their turn. */
  waiting(): Readonly<Record<Lane, number>>;
}

/** Lanes over so many threads, each of which does one job at a time. */
export const createLanes = (threads: number): Lanes => {
  const waiting: Record<Lane, (() => void)[]> = { consensus: [], accept: [], decide: [] };
  let free = threads;
  let freeToDecide = Math.max(1, threads - 1);
  let turn: Lane = 'accept';

  const next = (): Lane | undefined => {
    if (waiting.consensus.length > 0) return 'consensus';
    const mayDecide = waiting.decide.length > 0 && freeToDecide > 0;
    if (waiting.accept.length === 0) return mayDecide ? 'decide' : undefined;
    return mayDecide ? turn : 'accept';
  };

  const begin = (): void => {
    for (let lane = next(); lane !== undefined && free > 0; lane = next()) {
      free -= 1;
      if (lane === 'decide') freeToDecide -= 1;
      if (lane !== 'consensus') turn = lane === 'accept' ? 'decide' : 'accept';
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
        if (lane === 'decide') freeToDecide += 1;
        begin();
      }
    },
    waiting: () => ({
      consensus: waiting.consensus.length,
      accept: waiting.accept.length,
      decide: waiting.decide.length,
    }),
  };
};
