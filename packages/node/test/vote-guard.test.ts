import { encodeRecord } from '@ios/bft/testing';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { replicaPrefix } from '../src/instance/store-slice.ts';
import { createVoteGuard } from '../src/instance/vote-guard.ts';
import { createVoteMarker, type VoteMark, type VoteMarker, type Voter } from '../src/keys/vote-marker.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';
import { CHAIN, openDisk } from './chain-fixture.ts';

const voter: Voter = { chain: CHAIN, instance: 'shard/0', key: new Uint8Array(32).fill(7) };
const RECORD = concatBytes(replicaPrefix('shard/0'), utf8ToBytes('record'));
const INSTANCES = [
  { name: 'shard/0', every: 16 },
  { name: 'beacon', every: 1 },
];

interface Bench {
  readonly store: Store;
  readonly marker: VoteMarker;
  readonly written: VoteMark[];
  vote(height: number, view?: number): Promise<void>;
  guard(): Promise<OneGuard>;
}

/** The guard as the instance `shard/0` uses it. */
interface OneGuard {
  readonly forgotten: boolean;
  beforeSigning(height: number): Promise<void>;
}

const guardOf = async (store: Store, marker: VoteMarker): Promise<OneGuard> => {
  const { forgotten, beforeSigning } = await createVoteGuard(store, marker, voter, INSTANCES);
  return { forgotten, beforeSigning: (height) => beforeSigning('shard/0', height) };
};

const bench = async (): Promise<Bench> => {
  const store = await openDisk(createMemoryDisk());
  const marker = createVoteMarker(await openDisk(createMemoryDisk()));
  const written: VoteMark[] = [];
  return {
    store,
    marker,
    written,
    vote(height, view = 0) {
      const value = encodeRecord({
        scope: new Uint8Array(32),
        epoch: 0,
        height,
        view,
        votes: {},
        lock: undefined,
        values: [],
      });
      return store.batch([{ key: RECORD, value }], { sync: true });
    },
    guard: () =>
      guardOf(store, {
        read: marker.read,
        async write(who, mark) {
          written.push(mark);
          await marker.write(who, mark);
        },
      }),
  };
};

describe('a mark', () => {
  test('is of one key in one instance of one chain', async () => {
    const { marker } = await bench();
    expect(await marker.read(voter)).toBeUndefined();
    await marker.write(voter, { height: 5, view: 2 });
    await marker.write(voter, { height: 6, view: 1 });
    expect(await marker.read(voter)).toEqual({ height: 6, view: 1 });
    for (const other of [
      { ...voter, chain: new Uint8Array(32) },
      { ...voter, instance: 'shard/1' },
      { ...voter, key: new Uint8Array(32) },
    ])
      expect(await marker.read(other)).toBeUndefined();
  });

  test('is there before the first signature, and brought up to date every sixteenth height', async () => {
    const { guard, vote, written, marker } = await bench();
    const { forgotten, beforeSigning } = await guard();
    expect(forgotten).toBe(false);
    await vote(3, 1);
    await Promise.all([beforeSigning(3), beforeSigning(3)]);
    expect(await marker.read(voter)).toEqual({ height: 3, view: 1 });
    for (let height = 3; height <= 40; height++) {
      await vote(height);
      await beforeSigning(height);
    }
    expect(written).toEqual([
      { height: 3, view: 1 },
      { height: 19, view: 0 },
      { height: 35, view: 0 },
    ]);
  });

  test('is never ahead of the record, wherever the node is', async () => {
    const { guard, vote, marker } = await bench();
    const { beforeSigning } = await guard();
    await vote(3);
    await beforeSigning(3);
    await beforeSigning(30);
    expect(await marker.read(voter)).toEqual({ height: 3, view: 0 });
    await vote(2);
    await beforeSigning(30);
    expect(await marker.read(voter)).toEqual({ height: 3, view: 0 });
  });

  test('is not made where nothing was voted', async () => {
    const { guard, vote, marker } = await bench();
    const { beforeSigning } = await guard();
    await beforeSigning(1);
    expect(await marker.read(voter)).toBeUndefined();
    await vote(1);
    await beforeSigning(1);
    expect(await marker.read(voter)).toEqual({ height: 1, view: 0 });
  });

  test('that cannot be written keeps the signature back', async () => {
    const { store, vote } = await bench();
    await vote(1);
    const broken: VoteMarker = { read: async () => undefined, write: () => Promise.reject(new Error('read-only')) };
    const { beforeSigning } = await guardOf(store, broken);
    await expect(beforeSigning(1)).rejects.toThrow('read-only');
    await expect(beforeSigning(1)).rejects.toThrow('read-only');
  });
});

describe('votes are forgotten', () => {
  test.each<[string, VoteMark | undefined, boolean]>([
    ['without a record', undefined, true],
    ['with one of a lower height', { height: 8, view: 9 }, true],
    ['with one of a lower view', { height: 9, view: 1 }, true],
  ])('%s', async (_, record, forgotten) => {
    const { guard, vote, marker } = await bench();
    await marker.write(voter, { height: 9, view: 2 });
    if (record !== undefined) await vote(record.height, record.view);
    expect((await guard()).forgotten).toBe(forgotten);
  });

  test.each<[number, number]>([
    [9, 2],
    [9, 3],
    [10, 0],
  ])('not with one of height %i and view %i', async (height, view) => {
    const { guard, vote, marker } = await bench();
    await marker.write(voter, { height: 9, view: 2 });
    await vote(height, view);
    expect((await guard()).forgotten).toBe(false);
  });

  test('in one instance, whatever is known of the others', async () => {
    const { store, marker, vote } = await bench();
    await vote(9);
    await marker.write({ ...voter, instance: 'beacon' }, { height: 2, view: 0 });
    expect((await guardOf(store, marker)).forgotten).toBe(true);
  });

  test('not where nothing was voted', async () => {
    expect((await (await bench()).guard()).forgotten).toBe(false);
  });

  test('nor where the record is damaged: that stops the node', async () => {
    const { guard, store } = await bench();
    await store.batch([{ key: RECORD, value: Uint8Array.of(1, 2) }], { sync: true });
    await expect(guard()).rejects.toMatchObject({ name: 'BftError', code: 'malformed' });
  });
});
