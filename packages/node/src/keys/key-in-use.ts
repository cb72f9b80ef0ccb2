import { join } from 'node:path';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import { StoreError } from '../store/error.ts';
import { openLevelStore } from '../store/level.ts';
import { createVoteMarker, type VoteMarker } from './vote-marker.ts';

/** A key that this process alone uses on one chain, and what is kept beside it. */
export interface KeyInUse {
  readonly votes: VoteMarker;
  /** Lets another process use the key. */
  release(): Promise<void>;
}

/** Layout of the folder beside the key. */
const FORMAT = 1;

/** The folder beside a key file that says whether and how far the key has voted on a chain (genesis hash, 32 bytes). */
export const votesFolder = (keyFile: string, chain: Uint8Array): string => join(`${keyFile}.votes`, bytesToHex(chain));

/**
 * Takes a key file into use on a chain (genesis hash, 32 bytes): opens the folder `<key file>.votes/<chain>`, which says
 * that the key has voted, and which the operating system lets one process open at a time; the lock ends with the process,
 * however that ends. Throws `NodeError`: `key-in-use` while another process has it, `votes` where it cannot be read; else
 * `StoreError`.
 *
 * It cannot see a copy of the key in another folder, or on another machine.
 */
export async function takeKeyIntoUse(keyFile: string, chain: Uint8Array): Promise<KeyInUse> {
  const path = votesFolder(keyFile, chain);
  try {
    const store = await openLevelStore(path, { format: FORMAT, chain });
    return { votes: createVoteMarker(store), release: () => store.close() };
  } catch (error) {
    throw error instanceof StoreError ? inWords(error, keyFile, path) : error;
  }
}

const inWords = (error: StoreError, keyFile: string, path: string): Error => {
  if (error.code === 'locked') {
    return new NodeError(
      'key-in-use',
      `Another process runs with the key ${keyFile}. Stop it first: two nodes with one key contradict each other.`,
      { path: keyFile },
      error,
    );
  }
  if (error.code !== 'corrupt' && error.code !== 'format') return error;
  return new NodeError(
    'votes',
    `${path}, which says how far the key has voted, cannot be read. Restore the folder, or retire the key.`,
    { path },
    error,
  );
};
