import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tinypool } from 'tinypool';
import { type Clock, systemClock } from '../clock.ts';
import { NodeError } from '../errors.ts';
import { type Meter, noMeter } from '../metrics/meter.ts';
import type { VerifyAnswer, VerifyJob } from '../verify-worker.ts';
import { packClaims, packKeys } from './claims.ts';
import { bestEngines } from './engines.ts';
import { allHold } from './holds.ts';
import { createIntake, type Threads } from './intake.ts';
import { createLanes } from './lanes.ts';
import type { Verifier } from './verifier.ts';

/** Options of {@link createVerifier}. */
export interface VerifierOptions {
  /** Worker threads, 1 or more. */
  readonly threads: number;
  readonly clock?: Clock;
  /** File of the bundled worker; left out, `verify-worker.js` beside this module. */
  readonly worker?: string;
  /** Where the lengths of its queues are shown. */
  readonly meter?: Meter;
  /** Told once why a thread has to do without WebAssembly. */
  readonly onFallback?: (why: string) => void;
}

/**
 * A verifier on worker threads: the calling thread only hands jobs out and takes verdicts in. Signatures from outside are
 * verified in batches across calls. What consensus asks waits for no batch to fill, goes first, and waits for one job of a
 * few milliseconds at most. If a thread dies, what it had is decided on the calling thread.
 *
 * @throws NodeError `missing` where there is no worker file, as in the TypeScript sources.
 */
export const createVerifier = ({
  threads,
  clock = systemClock,
  worker = fileURLToPath(new URL('./verify-worker.js', import.meta.url)),
  meter = noMeter,
  onFallback = () => {},
}: VerifierOptions): Verifier => {
  if (!existsSync(worker)) {
    throw new NodeError(
      'missing',
      `There is no verification worker ${worker}. Build the package, or verify on the calling thread (createInlineVerifier).`,
      { path: worker },
    );
  }
  let told = false;
  const fallBack = (why: string): void => {
    if (!told) onFallback(why);
    told = true;
  };
  // What decides where a thread died. That there is a core here says that there is one on the threads.
  const inline = bestEngines(fallBack);
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
    engine: VerifyJob['engine'],
    packed: Uint8Array<ArrayBuffer>,
    instead: () => readonly boolean[],
  ): Promise<readonly boolean[]> => {
    try {
      const job: VerifyJob = { engine, packed };
      const answer: VerifyAnswer = await pool.run(job, { transferList: [packed.buffer] });
      if (answer.fallback !== undefined) fallBack(answer.fallback);
      return answer.verdicts;
    } catch {
      return closing === undefined ? instead() : never();
    }
  };
  const remote: Threads = {
    all: async (claims) => (await run('all', packClaims(claims), () => [inline.all(claims)]))[0]!,
    each: (claims) => run('each', packClaims(claims), () => inline.each(claims)),
    keys: (keys) => run('keys', packKeys(keys), () => inline.keys(keys)),
  };
  const lanes = createLanes(threads);
  meter.gauge('ios_verifier_waiting_jobs', lanes.waiting);
  const intake = createIntake({ threads: remote, lanes, clock });
  const urgent: Pick<Threads, 'all' | 'keys'> = {
    all: (claims) => lanes.run('consensus', () => remote.all(claims)),
    keys: (keys) => lanes.run('consensus', () => remote.keys(keys)),
  };
  const orNever = <T>(answer: () => Promise<T>): Promise<T> => (closing === undefined ? answer() : never());

  return {
    verify: (claims, payer) => orNever(() => intake.verify(claims, payer)),
    verifyKeys: (keys, payer) => orNever(() => intake.verifyKeys(keys, payer)),
    holds: (assertion, signal) => orNever(() => allHold(urgent, assertion, threads, signal)),
    close() {
      intake.close();
      closing ??= pool.destroy();
      return closing;
    },
  };
};

/** The answer of a verifier that is closed. */
const never = (): Promise<never> => new Promise(() => {});
