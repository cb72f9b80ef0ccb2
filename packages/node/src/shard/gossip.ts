import * as P from 'micro-packed';
import type { Clock } from '../clock.ts';

/** The topic on which batches of the transactions travel in which a shard has a vote. */
export const transactionsTopic = (shard: number): string => `transactions-${shard}`;

/** The largest batch in bytes. */
export const MAX_BATCH_BYTES: number = 128 * 1024;

/** How long the first transaction of a batch waits for others, in ms. */
const GATHER_MS = 10;

/** Bytes of the shortest transaction: one input, one output, one witness. */
const MIN_TRANSACTION_BYTES = 216;

const COUNT_BYTES = 2;
const LENGTH_BYTES = 4;
const batch = P.array(P.U16BE, P.bytes(P.U32BE));

/**
 * Decodes a batch of encoded transactions strictly, or undefined: also for a batch that says it holds more than can be
 * in its bytes, for what is no transaction costs more to refuse than to send.
 */
export const decodeBatch = (bytes: Uint8Array): readonly Uint8Array[] | undefined => {
  if (bytes.length < COUNT_BYTES || bytes.length > MAX_BATCH_BYTES) return undefined;
  const most = Math.floor((bytes.length - COUNT_BYTES) / (LENGTH_BYTES + MIN_TRANSACTION_BYTES));
  if (P.U16BE.decode(bytes.subarray(0, COUNT_BYTES)) > most) return undefined;
  try {
    return batch.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Passes on transactions in batches: one message costs a node far more than the transactions in it. */
export interface Gossip {
  /** Passes an encoded transaction on to shards: those that have a vote in it. */
  push(transaction: Uint8Array, shards: readonly number[]): void;
  stop(): void;
}

/** A gossip that publishes full batches at once, and others after 10 ms, on the topic of each shard that they are for. */
export const createGossip = (clock: Clock, publish: (topic: string, bytes: Uint8Array) => void): Gossip => {
  const gatherings = new Map<number, Gathering>();
  let stopped = false;
  return {
    push(transaction, shards) {
      if (stopped) return;
      for (const shard of shards) {
        const gathering = gatherings.get(shard) ?? gather(clock, (bytes) => publish(transactionsTopic(shard), bytes));
        gatherings.set(shard, gathering);
        gathering.push(transaction);
      }
    },
    stop() {
      stopped = true;
      for (const gathering of gatherings.values()) gathering.cancel();
    },
  };
};

/** A batch in the making. */
interface Gathering {
  push(transaction: Uint8Array): void;
  cancel(): void;
}

const gather = (clock: Clock, publish: (bytes: Uint8Array) => void): Gathering => {
  let gathered: Uint8Array[] = [];
  let size = COUNT_BYTES;
  let cancel: (() => void) | undefined;

  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    publish(batch.encode(gathered));
    gathered = [];
    size = COUNT_BYTES;
  };

  return {
    push(transaction) {
      if (size + LENGTH_BYTES + transaction.length > MAX_BATCH_BYTES) flush();
      gathered.push(transaction);
      size += LENGTH_BYTES + transaction.length;
      cancel ??= clock.setTimeout(flush, GATHER_MS);
    },
    cancel: () => cancel?.(),
  };
};
