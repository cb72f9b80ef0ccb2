import { decodeRecord, RECORD_KEY } from '@ios/bft';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { VoteMark, VoteMarker, Voter } from '../keys/vote-marker.ts';
import type { Store } from '../store/store.ts';
import { replicaPrefix } from './store-slice.ts';

/** Knows whether the data folder still has the votes of its key, and marks the key before anything signed leaves. */
export interface VoteGuard {
  /** Whether the key has voted further than this data folder knows, in any instance: then it must not sign. */
  readonly forgotten: boolean;
  /** To be awaited before a signature is made in an instance at this height. */
  beforeSigning(instance: string, height: number): Promise<void>;
}

/** An instance that the key votes in, and after how many heights its mark is brought up to date. */
export interface GuardedInstance {
  readonly name: string;
  readonly every: number;
}

/**
 * A guard over the vote records in `store` and the marks beside the key, one of each an instance.
 *
 * 1. A vote is made durable in the record; 2. then, if the key has no mark or an old one, the record's height and view
 * become the mark, durably; 3. then the vote is signed and leaves. So once anything left there is a mark, and a mark is
 * never ahead of the record that it was taken from: a folder without a record, or with an older one, has lost votes, and
 * a folder that lost nothing is never taken for such a one. Between two marks lie `every` heights: a copy of the folder
 * that is older than the last vote but not than the mark is not found out.
 */
export const createVoteGuard = async (
  store: Pick<Store, 'get'>,
  marker: VoteMarker,
  key: Omit<Voter, 'instance'>,
  instances: readonly GuardedInstance[],
): Promise<VoteGuard> => {
  const guards = new Map<string, InstanceGuard>();
  for (const { name, every } of instances)
    guards.set(name, await guardInstance(store, marker, { ...key, instance: name }, every));
  return {
    forgotten: [...guards.values()].some(({ forgotten }) => forgotten),
    beforeSigning: (instance, height) => guards.get(instance)!.beforeSigning(height),
  };
};

interface InstanceGuard {
  readonly forgotten: boolean;
  beforeSigning(height: number): Promise<void>;
}

const guardInstance = async (
  store: Pick<Store, 'get'>,
  marker: VoteMarker,
  voter: Voter,
  every: number,
): Promise<InstanceGuard> => {
  const recordKey = concatBytes(replicaPrefix(voter.instance), utf8ToBytes(RECORD_KEY));
  const voted = async (): Promise<VoteMark | undefined> => {
    const bytes = await store.get(recordKey);
    return bytes && decodeRecord(bytes);
  };
  const before = (a: VoteMark, b: VoteMark): boolean =>
    a.height < b.height || (a.height === b.height && a.view < b.view);

  let marked = await marker.read(voter);
  const record = await voted();
  const forgotten = marked !== undefined && (record === undefined || before(record, marked));

  const bringUpToDate = async (height: number): Promise<void> => {
    if (marked !== undefined && height < marked.height + every) return;
    const record = await voted();
    // Without a durable vote what is signed is none.
    if (record === undefined || (marked !== undefined && !before(marked, record))) return;
    const mark = { height: record.height, view: record.view };
    await marker.write(voter, mark);
    marked = mark;
  };

  let last: Promise<void> = Promise.resolve();
  return {
    forgotten,
    beforeSigning(height) {
      last = last.then(() => bringUpToDate(height));
      return last;
    },
  };
};
