import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Clock } from '../clock.ts';
import { type Batches, createBatches } from './batches.ts';
import { isKeyLength, isWellFormed } from './claims.ts';
import { createFairQueue, type Queued } from './fair-queue.ts';
import type { Lanes } from './lanes.ts';
import { createSuspects } from './suspects.ts';

/** Engines on other threads, whose turn it is. */
export interface Threads {
  all(claims: readonly SignedMessage[]): Promise<boolean>;
  each(claims: readonly SignedMessage[]): Promise<readonly boolean[]>;
  keys(keys: readonly Uint8Array[]): Promise<readonly boolean[]>;
}

/** What an intake is made of. */
export interface IntakeOptions {
  readonly threads: Threads;
  readonly lanes: Lanes;
  readonly clock: Clock;
}

/** Takes claims and keys from outside, in batches across calls and senders. */
export interface Intake {
  verify(claims: readonly SignedMessage[], payer: string): Promise<readonly boolean[]>;
  verifyKeys(keys: readonly Uint8Array[], payer: string): Promise<readonly boolean[]>;
  close(): void;
}

/** How much one job takes on: a few milliseconds, for what is urgent may have to wait for one. */
export const JOB = { together: 128, apart: 16, keys: 32 } as const;

/** How long claims and keys wait for others, in ms. */
const GATHER_MS = 2;

/** A question that is being answered. */
interface Asked<T> {
  readonly what: T;
  answer(holds: boolean): void;
  fail(cause: unknown): void;
}

/**
 * 1. Claims of all senders are verified together. If that fails, nobody knows yet whose fault it is: whatever the senders
 *    in that batch have here is verified apart, each by itself, until a part of theirs holds.
 * 2. A sender whose own part fails is verified one by one, and for the next minute from the start. So a name spoils one
 *    batch a thread and a minute, and makes others be looked at once more, no oftener. Apart, too, senders take turns, and
 *    where there are two threads one is left for the rest.
 * 3. A batch that fails halves the next ones, one that holds doubles them: if forgeries come under ever new names, batches
 *    shrink to what still holds, and a claim costs two single verifications at most.
 */
export const createIntake = ({ threads, lanes, clock }: IntakeOptions): Intake => {
  const suspects = createSuspects(clock);
  /** Who was in a batch that failed and has not cleared itself. */
  const questioned = new Set<string>();
  let most: number = JOB.together;

  const verifyTogether = async (batch: readonly Queued<Asked<SignedMessage>>[]): Promise<void> => {
    if (await threads.all(batch.map(whatOf))) {
      most = Math.min(JOB.together, most * 2);
      return answerAll(batch, true);
    }
    most = Math.max(1, most >> 1);
    if (batch.length === 1) {
      suspects.add(batch[0]!.payer);
      return answerAll(batch, false);
    }
    for (const { payer, item } of batch) {
      questioned.add(payer);
      apart.push(payer, [item, ...queues.together.takeAllOf(payer)]);
    }
  };

  const verifyApart = async (batch: readonly Queued<Asked<SignedMessage>>[]): Promise<void> => {
    const { payer } = batch[0]!;
    const claims = batch.map(whatOf);
    if (!suspects.has(payer) && (await threads.all(claims))) {
      questioned.delete(payer);
      return answerAll(batch, true);
    }
    const verdicts = await threads.each(claims);
    questioned.delete(payer);
    if (verdicts.includes(false)) suspects.add(payer);
    for (const [i, { item }] of batch.entries()) item.answer(verdicts[i]!);
  };

  const verifyKeys = async (batch: readonly Queued<Asked<Uint8Array>>[]): Promise<void> => {
    const verdicts = await threads.keys(batch.map(whatOf));
    for (const [i, { item }] of batch.entries()) item.answer(verdicts[i]!);
  };

  const isApart = (payer: string): boolean => questioned.has(payer) || suspects.has(payer);
  const of = { lanes, clock };
  const queues = { together: createFairQueue<Asked<SignedMessage>>(), apart: createFairQueue<Asked<SignedMessage>>() };
  const keyQueue = createFairQueue<Asked<Uint8Array>>();
  const together: Batches<Asked<SignedMessage>> = createBatches({
    ...of,
    queue: queues.together,
    lane: 'together',
    wait: GATHER_MS,
    most: () => most,
    take: queues.together.take,
    work: orFail(verifyTogether),
  });
  const apart: Batches<Asked<SignedMessage>> = createBatches({
    ...of,
    queue: queues.apart,
    lane: 'apart',
    wait: 0,
    most: () => JOB.apart,
    take: queues.apart.takeOfOne,
    work: orFail(verifyApart),
  });
  const keys: Batches<Asked<Uint8Array>> = createBatches({
    ...of,
    queue: keyQueue,
    lane: 'apart',
    wait: GATHER_MS,
    most: () => JOB.keys,
    take: keyQueue.take,
    work: orFail(verifyKeys),
  });

  return {
    verify: (claims, payer) =>
      ask(claims, isWellFormed, (asked) => (isApart(payer) ? apart : together).push(payer, asked)),
    verifyKeys: (all, payer) => ask(all, isKeyLength, (asked) => keys.push(payer, asked)),
    close() {
      for (const batches of [together, apart, keys]) batches.close();
    },
  };
};

/** The answers to all questions, in order; those that are not even well-formed cost nothing. */
const ask = <T>(
  all: readonly T[],
  isWellFormed: (what: T) => boolean,
  push: (asked: readonly Asked<T>[]) => void,
): Promise<readonly boolean[]> =>
  new Promise((resolve, fail) => {
    const answers = all.map(() => false);
    const asked: Asked<T>[] = [];
    let open = 0;
    for (const [i, what] of all.entries()) {
      if (!isWellFormed(what)) continue;
      open++;
      const answer = (holds: boolean): void => {
        answers[i] = holds;
        if (--open === 0) resolve(answers);
      };
      asked.push({ what, answer, fail });
    }
    if (open === 0) resolve(answers);
    else push(asked);
  });

const whatOf = <T>({ item }: Queued<Asked<T>>): T => item.what;

const answerAll = <T>(batch: readonly Queued<Asked<T>>[], holds: boolean): void => {
  for (const { item } of batch) item.answer(holds);
};

/** Whoever asked is told what went wrong. */
const orFail =
  <T>(work: (batch: readonly Queued<Asked<T>>[]) => Promise<void>) =>
  async (batch: readonly Queued<Asked<T>>[]): Promise<void> => {
    try {
      await work(batch);
    } catch (cause) {
      for (const { item } of batch) item.fail(cause);
    }
  };
