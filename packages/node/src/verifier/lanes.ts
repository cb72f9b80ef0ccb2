/** Work of which only so much is under way at once. */
export interface Lanes {
  /** Runs a job when a lane is free, in the order of the calls. */
  run<T>(job: () => Promise<T>): Promise<T>;
}

/** `count` lanes. */
export const createLanes = (count: number): Lanes => {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    async run(job) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await job();
      } finally {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      }
    },
  };
};
