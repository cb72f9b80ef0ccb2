import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SignedMessage } from '@ios/crypto/ed25519';
import { Tinypool } from 'tinypool';
import { type Clock, systemClock } from '../clock.ts';
import { NodeError } from '../errors.ts';
import type { VerifyJob } from '../verify-worker.ts';
import { type BudgetRate, createBudget } from './budget.ts';
import { packClaims } from './claims.ts';
import { decideAll } from './decide.ts';
import { createGatherer } from './gather.ts';
import { DEFAULT_BUDGET, inlineEngines } from './inline.ts';
import { createLanes } from './lanes.ts';
import type { Verifier } from './verifier.ts';

/** Options of {@link createVerifier}. */
export interface VerifierOptions {
  /** Worker threads, 1 or more. */
  readonly threads: number;
  readonly clock?: Clock;
  readonly budget?: BudgetRate;
  /** File of the bundled worker; left out, `verify-worker.js` beside this module. */
  readonly worker?: string;
}

/** Claims of one job, some milliseconds of work of either engine, so that many share the threads evenly. */
const ACCEPT_JOB = 64;
const DECIDE_JOB = 4;
/** How long claims wait for others, in ms. */
const GATHER_MS = 1;

/**
 * A verifier on worker threads: the calling thread only hands claims out and takes verdicts in. However many forgeries
 * there are to decide, with two threads or more one is left for accepting. If a thread dies, what it had is decided on the
 * calling thread.
 *
 * @throws NodeError `missing` where there is no worker file, as in the TypeScript sources.
 */
export const createVerifier = ({
  threads,
  clock = systemClock,
  budget = DEFAULT_BUDGET,
  worker = fileURLToPath(new URL('./verify-worker.js', import.meta.url)),
}: VerifierOptions): Verifier => {
  if (!existsSync(worker)) {
    throw new NodeError(
      'missing',
      `There is no verification worker ${worker}. Build the package, or verify on the calling thread (createInlineVerifier).`,
      { path: worker },
    );
  }
  const pool = new Tinypool({
    filename: worker,
    minThreads: threads,
    maxThreads: threads,
    runtime: 'worker_threads',
    concurrentTasksPerWorker: 1,
  });
  // What a dying thread was working on is rejected by its own call; that it died is no event for anybody else.
  pool.on('error', () => {});
  let closing: Promise<void> | undefined;

  const run = async (engine: VerifyJob['engine'], claims: readonly SignedMessage[]): Promise<readonly boolean[]> => {
    const packed = packClaims(claims);
    try {
      return await pool.run({ engine, packed } satisfies VerifyJob, { transferList: [packed.buffer] });
    } catch {
      if (closing !== undefined) return never();
      return inlineEngines()[engine](claims);
    }
  };
  const inJobs = async (
    claims: readonly SignedMessage[],
    length: number,
    job: (claims: readonly SignedMessage[]) => Promise<readonly boolean[]>,
  ): Promise<readonly boolean[]> => {
    const jobs: Promise<readonly boolean[]>[] = [];
    for (let at = 0; at < claims.length; at += length) jobs.push(job(claims.slice(at, at + length)));
    return (await Promise.all(jobs)).flat();
  };

  const gatherer = createGatherer((claims) => run('accept', claims), { clock, most: ACCEPT_JOB, wait: GATHER_MS });
  const lanes = createLanes(Math.max(1, threads - 1));
  const engines = {
    accept: (claims: readonly SignedMessage[]) =>
      claims.length < ACCEPT_JOB ? gatherer.push(claims) : inJobs(claims, ACCEPT_JOB, (job) => run('accept', job)),
    decide: (claims: readonly SignedMessage[]) =>
      inJobs(claims, DECIDE_JOB, (job) => lanes.run(() => run('decide', job))),
  };
  const bucket = createBudget(budget, clock);

  return {
    verify: (claims, payer) => (closing === undefined ? decideAll(engines, bucket, claims, payer) : never()),
    close() {
      gatherer.close();
      closing ??= pool.destroy();
      return closing;
    },
  };
};

/** The answer of a verifier that is closed. */
const never = (): Promise<never> => new Promise(() => {});
