import type { SignedMessage } from '@ios/crypto/ed25519';
import { isKeyLength, isWellFormed } from './claims.ts';
import type { Engines } from './decide.ts';
import { inJobs, JOB } from './jobs.ts';
import type { Assertion } from './verifier.ts';

/**
 * Whether all of an assertion holds. No more than `width` jobs are under way at a time, so that a large assertion leaves
 * room between them for others; after the first claim that does not hold, or when the signal is aborted, no further job
 * begins. Rejects with the signal's reason.
 */
export const allHold = async (
  engines: Engines,
  { signatures, keys = [] }: Assertion,
  width: number,
  signal?: AbortSignal,
): Promise<boolean> => {
  if (!signatures.every(isWellFormed) || !keys.every(isKeyLength)) return false;
  let holding = true;

  const decide = async (claims: readonly SignedMessage[]): Promise<void> => {
    for (const job of inJobs(claims, JOB.decide)) {
      signal?.throwIfAborted();
      if (!holding) return;
      if ((await engines.decide(job)).includes(false)) holding = false;
    }
  };
  const tasks = [
    ...inJobs(signatures, JOB.accept).map((job) => async (): Promise<void> => {
      const accepted = await engines.accept(job);
      await decide(job.filter((_, i) => !accepted[i]));
    }),
    ...inJobs(keys, JOB.keys).map((job) => async (): Promise<void> => {
      if ((await engines.keys(job)).includes(false)) holding = false;
    }),
  ];
  const work = async (): Promise<void> => {
    for (let task = tasks.shift(); task !== undefined && holding; task = tasks.shift()) {
      signal?.throwIfAborted();
      await task();
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, tasks.length) }, work));
  signal?.throwIfAborted();
  return holding;
};
