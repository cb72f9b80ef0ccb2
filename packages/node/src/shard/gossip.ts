import * as P from 'micro-packed';
import type { Clock } from '../clock.ts';

/** The topic that batches of transactions travel on. */
export const TRANSACTIONS_TOPIC = 'transactions';

/** The largest batch in bytes. */
export const MAX_BATCH_BYTES = 128 * 1024;

/** How long the first transaction of a batch waits for others, in ms. */
const GATHER_MS = 10;

const batch = P.array(P.U16BE, P.bytes(P.U32BE));

/** Decodes a batch of encoded transactions strictly, or undefined. */
export const decodeBatch = (bytes: Uint8Array): readonly Uint8Array[] | undefined => {
  if (bytes.length > MAX_BATCH_BYTES) return undefined;
  try {
    return batch.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Gathers transactions into batches: one message costs a node far more than the transactions in it. */
export interface Gossip {
  push(transaction: Uint8Array): void;
  stop(): void;
}

/** A gossip that hands full batches to `publish` at once, and others after 10 ms. */
export const createGossip = (clock: Clock, publish: (bytes: Uint8Array) => void): Gossip => {
  let gathered: Uint8Array[] = [];
  let size = 2;
  let cancel: (() => void) | undefined;

  const flush = (): void => {
    cancel?.();
    cancel = undefined;
    if (gathered.length > 0) publish(batch.encode(gathered));
    gathered = [];
    size = 2;
  };

  return {
    push(transaction) {
      if (size + 4 + transaction.length > MAX_BATCH_BYTES || gathered.length === 0xffff) flush();
      gathered.push(transaction);
      size += 4 + transaction.length;
      cancel ??= clock.setTimeout(flush, GATHER_MS);
    },
    stop() {
      cancel?.();
      gathered = [];
    },
  };
};
