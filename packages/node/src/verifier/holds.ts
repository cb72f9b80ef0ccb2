import type { SignedMessage } from '@ios/crypto/ed25519';
import { isKeyLength, isWellFormed } from './claims.ts';
import { JOB, type Threads } from './intake.ts';
import type { Assertion } from './verifier.ts';

/**
 * Whether all of an assertion holds. No more than `width` jobs are under way at a time, so that a large assertion leaves
 * room between them for others; after the first that does not hold, or when the signal is aborted, no further job
 * begins. Rejects with the signal's reason.
 */
export const allHold = async (
  threads: Pick<Threads, 'all' | 'keys'>,
  { signatures, keys = [] }: Assertion,
  width: number,
  signal?: AbortSignal,
): Promise<boolean> => {
  if (!signatures.every(isWellFormed) || !keys.every(isKeyLength)) return false;
  let holding = true;
  const tasks = [
    ...inJobs<SignedMessage>(signatures, JOB.together).map((job) => () => threads.all(job)),
    ...inJobs(keys, JOB.keys).map((job) => async () => !(await threads.keys(job)).includes(false)),
  ];
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined && holding; task = tasks.shift()) {
      signal?.throwIfAborted();
      if (!(await task())) holding = false;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, tasks.length) }, work));
  signal?.throwIfAborted();
  return holding;
};

/** A list cut into jobs of a length. */
const inJobs = <T>(list: readonly T[], length: number): (readonly T[])[] => {
  const jobs: (readonly T[])[] = [];
  for (let at = 0; at < list.length; at += length) jobs.push(list.slice(at, at + length));
  return jobs;
};
