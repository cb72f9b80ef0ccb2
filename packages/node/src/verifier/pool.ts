import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SignedMessage } from '@ios/crypto/ed25519';
import { Tinypool } from 'tinypool';
import { type Clock, systemClock } from '../clock.ts';
import { NodeError } from '../errors.ts';
import { type Meter, noMeter } from '../metrics/meter.ts';
import type { VerifyJob } from '../verify-worker.ts';
import { type BudgetRate, createBudget } from './budget.ts';
import { packClaims, packKeys } from './claims.ts';
import { decideAll, decideKeys, type Engines } from './decide.ts';
import { createGatherer, type Gatherer } from './gather.ts';
import { allHold } from './holds.ts';
import { DEFAULT_BUDGET, DEFAULT_KEY_BUDGET, inlineEngines } from './inline.ts';
import { inJobs, JOB } from './jobs.ts';
import { createLanes, type Lane } from './lanes.ts';
import type { Verifier } from './verifier.ts';

/** Options of {@link createVerifier}. */
export interface VerifierOptions {
  /** Worker threads, 1 or more. */
  readonly threads: number;
  readonly clock?: Clock;
  /** Bad signatures of a sender. */
  readonly budget?: BudgetRate;
  /** Keys that a sender has looked at. */
  readonly keyBudget?: BudgetRate;
  /** File of the bundled worker; left out, `verify-worker.js` beside this module. */
  readonly worker?: string;
  /** Where the lengths of its queues are shown. */
  readonly meter?: Meter;
}

/** How long claims wait for others, in ms. */
const GATHER_MS = 1;

/**
 * A verifier on worker threads: the calling thread only hands jobs out and takes verdicts in. What consensus asks goes
 * first and waits for one job of a few milliseconds at most; however many forgeries and keys of transactions there are to
 * decide, with two threads or more one is left for accepting. If a thread dies, what it had is decided on the calling
 * thread.
 *
 * @throws NodeError `missing` where there is no worker file, as in the TypeScript sources.
 */
export const createVerifier = ({
  threads,
  clock = systemClock,
  budget = DEFAULT_BUDGET,
  keyBudget = DEFAULT_KEY_BUDGET,
  worker = fileURLToPath(new URL('./verify-worker.js', import.meta.url)),
  meter = noMeter,
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

  const run = async (
    lane: Lane,
    engine: VerifyJob['engine'],
    pack: () => Uint8Array<ArrayBuffer>,
    instead: () => Promise<readonly boolean[]>,
  ): Promise<readonly boolean[]> =>
    lanes.run(lane, async () => {
      const packed = pack();
      try {
        return await pool.run({ engine, packed } satisfies VerifyJob, { transferList: [packed.buffer] });
      } catch {
        return closing === undefined ? instead() : never();
      }
    });
  const inline = inlineEngines();
  const runClaims =
    (lane: Lane, engine: 'accept' | 'decide') =>
    (claims: readonly SignedMessage[]): Promise<readonly boolean[]> =>
      run(
        lane,
        engine,
        () => packClaims(claims),
        () => inline[engine](claims),
      );

  const gatherers: Gatherer[] = [];
  /** Engines whose jobs go through these lanes. */
  const enginesOn = (fast: Lane, slow: Lane): Engines => {
    const decide = runClaims(slow, 'decide');
    const accept: Engines['accept'] = (claims) => eachIn(inJobs(claims, JOB.accept), runClaims(fast, 'accept'));
    const gatherer = createGatherer(accept, { clock, most: JOB.accept, wait: GATHER_MS });
    gatherers.push(gatherer);
    return {
      accept: (claims) => (claims.length < JOB.accept ? gatherer.push(claims) : accept(claims)),
      decide: (claims) => eachIn(inJobs(claims, JOB.decide), decide),
      keys: (keys) =>
        eachIn(inJobs(keys, JOB.keys), (job) =>
          run(
            slow,
            'keys',
            () => packKeys(job),
            () => inline.keys(job),
          ),
        ),
    };
  };
  const lanes = createLanes(threads);
  meter.gauge('ios_verifier_waiting_jobs', lanes.waiting);
  const [charged, urgent] = [enginesOn('accept', 'decide'), enginesOn('consensus', 'consensus')];
  const forgeries = createBudget(budget, clock);
  const newKeys = createBudget(keyBudget, clock);
  const orNever = <T>(answer: () => Promise<T>): Promise<T> => (closing === undefined ? answer() : never());

  return {
    verify: (claims, payer) => orNever(() => decideAll(charged, forgeries, claims, payer)),
    verifyKeys: (keys, payer) => orNever(() => decideKeys(charged, newKeys, keys, payer)),
    holds: (assertion, signal) => orNever(() => allHold(urgent, assertion, threads, signal)),
    close() {
      for (const gatherer of gatherers) gatherer.close();
      closing ??= pool.destroy();
      return closing;
    },
  };
};

/** The answers of all jobs, in order. */
const eachIn = async <T>(
  jobs: readonly (readonly T[])[],
  run: (job: readonly T[]) => Promise<readonly boolean[]>,
): Promise<readonly boolean[]> => (await Promise.all(jobs.map(run))).flat();

/** The answer of a verifier that is closed. */
const never = (): Promise<never> => new Promise(() => {});
