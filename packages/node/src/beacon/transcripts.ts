import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Store } from '../store/store.ts';

/** Table of the store: transcripts by epoch. */
const TRANSCRIPTS = Uint8Array.of(15);

/** The transcripts that this node made when it recovered outputs. Two nodes have different ones of the same output. */
export interface Transcripts {
  /** Keeps that of an epoch; a later attempt's replaces that of an earlier one. */
  keep(epoch: number, transcript: Uint8Array): Promise<void>;
  at(epoch: number): Promise<Uint8Array | undefined>;
}

/** The transcripts in a store. They are kept for ever: the files of the beacon are made from them. */
export const openTranscripts = (store: Pick<Store, 'get' | 'batch'>): Transcripts => {
  const keyOf = (epoch: number): Uint8Array => concatBytes(TRANSCRIPTS, P.U32BE.encode(epoch));
  return {
    keep: (epoch, transcript) => store.batch([{ key: keyOf(epoch), value: transcript }], { sync: true }),
    at: (epoch) => store.get(keyOf(epoch)),
  };
};
