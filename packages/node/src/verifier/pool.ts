import { fileURLToPath } from 'node:url';
import type { SignedMessage } from '@ios/crypto/ed25519';
import { Tinypool } from 'tinypool';
import { type Clock, systemClock } from '../clock.ts';
import type { VerifyJob } from '../verify-worker.ts';
import { type BudgetRate, createBudget } from './budget.ts';
import { decideAll, type Engines } from './decide.ts';
import { DEFAULT_BUDGET } from './inline.ts';
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

/** Claims that go to a worker together at most. */
const BATCH = 128;
/** How long claims wait for others, in ms. */
const GATHER_MS = 1;

interface Waiting {
  readonly claims: readonly SignedMessage[];
  readonly resolve: (verdicts: readonly boolean[]) => void;
  readonly reject: (cause: unknown) => void;
}

/** A verifier on worker threads: the main thread only hands claims out and takes verdicts in. */
export const createVerifier = ({
  threads,
  clock = systemClock,
  budget = DEFAULT_BUDGET,
  worker = fileURLToPath(new URL('./verify-worker.js', import.meta.url)),
}: VerifierOptions): Verifier => {
  const pool = new Tinypool({
    filename: worker,
    minThreads: threads,
    maxThreads: threads,
    runtime: 'worker_threads',
    concurrentTasksPerWorker: 1,
  });
  const run = (job: VerifyJob): Promise<readonly boolean[]> => pool.run(job);

  let waiting: Waiting[] = [];
  let size = 0;
  let cancel: (() => void) | undefined;

  /** One job for what has gathered: a message to a worker costs as much as some signatures. */
  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    const batch = waiting;
    waiting = [];
    size = 0;
    run({ engine: 'accept', claims: batch.flatMap(({ claims }) => claims) }).then(
      (verdicts) => {
        let at = 0;
        for (const { claims, resolve } of batch) {
          resolve(verdicts.slice(at, at + claims.length));
          at += claims.length;
        }
      },
      (cause: unknown) => {
        for (const { reject } of batch) reject(cause);
      },
    );
  };

  const accept = (claims: readonly SignedMessage[]): Promise<readonly boolean[]> =>
    new Promise((resolve, reject) => {
      waiting.push({ claims, resolve, reject });
      size += claims.length;
      if (size >= BATCH) flush();
      else cancel ??= clock.setTimeout(flush, GATHER_MS);
    });

  const engines: Engines = { accept, decide: (claims) => run({ engine: 'decide', claims }) };
  const bucket = createBudget(budget, clock);
  let closing: Promise<void> | undefined;
  return {
    verify: async (claims, payer) => (claims.length === 0 ? [] : decideAll(engines, bucket, claims, payer)),
    close() {
      cancel?.();
      closing ??= pool.destroy();
      return closing;
    },
  };
};
