/**
 * How much one job of each engine takes on, some milliseconds of work: so many jobs share the threads evenly, and what
 * is urgent waits for one of them at most.
 */
export const JOB = { accept: 64, decide: 2, keys: 32 } as const;

/** The engines that verify. */
export type EngineName = keyof typeof JOB;

/** A list cut into jobs of a length. */
export const inJobs = <T>(list: readonly T[], length: number): (readonly T[])[] => {
  const jobs: (readonly T[])[] = [];
  for (let at = 0; at < list.length; at += length) jobs.push(list.slice(at, at + length));
  return jobs;
};
