import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { StoreError } from './error.ts';
import type { StoreLabel } from './store.ts';

const CHAIN_LENGTH = 32;

/** The 36 bytes kept with the data: format as a big-endian u32, then the chain. Throws `StoreError` (`label`). */
export function encodeLabel({ format, chain }: StoreLabel): Uint8Array {
  if (!Number.isInteger(format) || format < 0 || format > 0xffffffff) {
    throw new StoreError('label', `A store's format is an integer from 0 to 2^32 - 1, not ${format}.`);
  }
  if (chain.length !== CHAIN_LENGTH) {
    throw new StoreError('label', `A chain is a hash of ${CHAIN_LENGTH} bytes, not ${chain.length}.`);
  }
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, format);
  return concatBytes(head, chain);
}

/** Compares what is kept with the data at `path` to what is wanted. Throws `StoreError` (`format` or `chain`). */
export function checkLabel(path: string, kept: Uint8Array | undefined, wanted: StoreLabel): void {
  const format = String(wanted.format);
  if (kept === undefined || kept.length !== 4 + CHAIN_LENGTH) {
    throw new StoreError(
      'format',
      `The folder ${path} holds a database of another program; format ${format} is wanted. Choose another data folder.`,
      { path, found: 'none', wanted: format },
    );
  }
  const found = String(new DataView(kept.buffer, kept.byteOffset).getUint32(0));
  if (found !== format) {
    throw new StoreError(
      'format',
      `The data in ${path} has format ${found}, this version reads format ${format}. ` +
        'Run the version that wrote it, or choose another data folder and synchronise anew.',
      { path, found, wanted: format },
    );
  }
  const chain = bytesToHex(kept.subarray(4));
  const wantedChain = bytesToHex(wanted.chain);
  if (chain !== wantedChain) {
    throw new StoreError(
      'chain',
      `The data in ${path} belongs to the chain ${chain}, not to ${wantedChain}. ` +
        'Choose the data folder of that chain, or an empty one.',
      { path, found: chain, wanted: wantedChain },
    );
  }
}
