import { taggedHash } from '@ios/crypto/transcript';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Store } from '../store/store.ts';

/** Where a key votes. */
export interface Voter {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  /** The consensus instance, such as `shard/0`. */
  readonly instance: string;
  /** Identity key, 32 bytes. */
  readonly key: Uint8Array;
}

/** How far a key has voted, at least: a height, and a view of it. */
export interface VoteMark {
  readonly height: number;
  readonly view: number;
}

/** Keeps, where the key is kept and not where the chain is, that the key has voted. */
export interface VoteMarker {
  read(voter: Voter): Promise<VoteMark | undefined>;
  /** Durable when it resolves. */
  write(voter: Voter, mark: VoteMark): Promise<void>;
}

const mark: P.CoderType<VoteMark> = P.struct({ height: P.U32BE, view: P.U32BE });

const keyOf = ({ chain, instance, key }: Voter): Uint8Array =>
  taggedHash('ios/node/v1/vote-mark', chain, utf8ToBytes(instance), key);

/** A marker in a store of its own. */
export const createVoteMarker = (store: Pick<Store, 'get' | 'batch'>): VoteMarker => ({
  async read(voter) {
    const bytes = await store.get(keyOf(voter));
    return bytes && mark.decode(bytes);
  },
  write: (voter, made) => store.batch([{ key: keyOf(voter), value: mark.encode(made) }], { sync: true }),
});
