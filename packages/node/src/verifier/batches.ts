import type { Clock } from '../clock.ts';
import type { FairQueue, Queued } from './fair-queue.ts';
import type { Lane, Lanes } from './lanes.ts';

/** How what waits in a queue comes to be worked on. */
export interface BatchesOptions<T> {
  readonly queue: FairQueue<T>;
  readonly lanes: Lanes;
  readonly lane: Lane;
  readonly clock: Pick<Clock, 'setTimeout'>;
  /** How long the first of a batch waits for others, in ms; no time at all if 0. */
  readonly wait: number;
  /** How much a batch has at most, at this time. */
  most(): number;
  /** Takes a batch out of the queue when its turn has come. */
  take(most: number): readonly Queued<T>[];
  /** Works on a batch; it does not reject. */
  work(batch: readonly Queued<T>[]): Promise<void>;
}

/** Batches over a queue. */
export interface Batches<T> {
  push(payer: string, items: readonly T[]): void;
  /** What waits to become a batch will wait for ever. */
  close(): void;
}

/**
 * Cuts what is pushed into batches. A batch asks for a turn in its lane once there is enough for a full one, or once its
 * first has waited long enough, and takes what there is when the turn comes: the busier the threads, the larger the
 * batches.
 */
export const createBatches = <T>(options: BatchesOptions<T>): Batches<T> => {
  const { queue, lanes, lane, clock, wait } = options;
  /** Batches that wait for their turn. */
  let asked = 0;
  let cancel: (() => void) | undefined;

  const ask = (): void => {
    cancel?.();
    cancel = undefined;
    while (asked * options.most() < queue.size) {
      asked++;
      void lanes.run(lane, turn);
    }
  };

  const turn = async (): Promise<void> => {
    asked--;
    const batch = options.take(options.most());
    // Batches may have become smaller since the turns were asked for.
    ask();
    if (batch.length > 0) await options.work(batch);
  };

  return {
    push(payer, items) {
      queue.push(payer, items);
      if (wait === 0 || queue.size >= options.most()) ask();
      else cancel ??= clock.setTimeout(ask, wait);
    },
    close() {
      cancel?.();
    },
  };
};
