import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Store } from '../store/store.ts';

/** Tables of the store: transcripts by epoch and attempt; and the epochs whose output was decided without one here. */
const TRANSCRIPTS = 15;
const MISSING = 16;

/** The transcripts of outputs that this node has. Two nodes have different ones of the same output. */
export interface Transcripts {
  /** Resolves once it is durable; the epoch then misses none any more. */
  keep(epoch: number, attempt: number, transcript: Uint8Array): Promise<void>;
  at(epoch: number, attempt: number): Promise<Uint8Array | undefined>;
  /** Notes durably that the one of an epoch's output is not here. */
  miss(epoch: number): Promise<void>;
  /** The epochs that miss one, ascending. */
  missing(): Promise<readonly number[]>;
}

/** The transcripts in a store. They are kept for ever: the files of the beacon are made from them. */
export const openTranscripts = (store: Pick<Store, 'get' | 'batch' | 'range'>): Transcripts => {
  const keyOf = (table: number, ...numbers: readonly number[]): Uint8Array =>
    concatBytes(Uint8Array.of(table), ...numbers.map((number) => P.U32BE.encode(number)));
  /** The last one, which may not be written yet. */
  let last: { readonly epoch: number; readonly attempt: number; readonly transcript: Uint8Array } | undefined;
  return {
    keep(epoch, attempt, transcript) {
      last = { epoch, attempt, transcript };
      const writes = [{ key: keyOf(TRANSCRIPTS, epoch, attempt), value: transcript }, { key: keyOf(MISSING, epoch) }];
      return store.batch(writes, { sync: true });
    },
    async at(epoch, attempt) {
      if (last?.epoch === epoch && last.attempt === attempt) return last.transcript;
      return store.get(keyOf(TRANSCRIPTS, epoch, attempt));
    },
    miss: (epoch) => store.batch([{ key: keyOf(MISSING, epoch), value: new Uint8Array(0) }], { sync: true }),
    async missing() {
      const epochs: number[] = [];
      for await (const [key] of store.range({ gte: keyOf(MISSING), lt: keyOf(MISSING + 1) }))
        epochs.push(P.U32BE.decode(key.subarray(1)));
      return epochs;
    },
  };
};
