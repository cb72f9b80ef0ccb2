import { createHasher } from '@ios/crypto/merkle';
import { bindBlock } from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import { nodeHasher } from '../src/hasher.ts';
import { openChain } from '../src/shard/chain-store.ts';
import { createOwnerCache } from '../src/shard/owner-cache.ts';
import { createValues, type Values } from '../src/shard/values.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { CHAIN, genesisCoins, genesisOf, nextBlock, openDisk } from './chain-fixture.ts';
import { ownerOf, spend } from './pool-fixture.ts';

const genesis = genesisOf(2);

const block = async (): Promise<Uint8Array> => {
  const chain = await openChain(await openDisk(createMemoryDisk()), genesis, nodeHasher);
  return nextBlock(chain, [spend(genesisCoins(genesis)).transaction]).known.bytes;
};

/** Values, and how often anything was hashed for them. */
const counted = (): { values: Values; hashes: () => number } => {
  let hashes = 0;
  const values = createValues(
    CHAIN,
    createHasher((bytes) => {
      hashes++;
      return nodeHasher.sha256(bytes);
    }),
  );
  return { values, hashes: () => hashes };
};

describe('values', () => {
  test('are blocks with their hash and the ids of their transactions', async () => {
    const bytes = await block();
    const known = counted().values.decode(bytes)!;
    expect(Buffer.compare(known.hash, bindBlock(bytes).hash)).toBe(0);
    expect(known.ids.map((id) => Buffer.compare(id, spend(genesisCoins(genesis)).id))).toEqual([0]);
    expect(known.bytes).toBe(bytes);
  });

  test('are decoded once, by the array that they came in', async () => {
    const { values, hashes } = counted();
    const bytes = await block();
    const known = values.decode(bytes);
    const before = hashes();
    expect(values.decode(bytes)).toBe(known);
    expect(hashes()).toBe(before);
    expect(values.decode(bytes.slice())).toEqual({ ...known, bytes: bytes.slice() });
  });

  test('or nothing, found out once', async () => {
    const { values, hashes } = counted();
    const bytes = await block();
    bytes[bytes.length - 4]! ^= 1;
    expect(values.decode(bytes)).toBeUndefined();
    const before = hashes();
    expect(before).toBeGreaterThan(0);
    expect(values.decode(bytes)).toBeUndefined();
    expect(hashes()).toBe(before);
    expect(values.decode(new Uint8Array(3))).toBeUndefined();
  });

  test('of one’s own making are not decoded', async () => {
    const { values, hashes } = counted();
    const { block: made, hash, ids, entries } = createValues(CHAIN, nodeHasher).decode(await block())!;
    const known = values.encode(made, hash, ids, entries);
    expect(values.decode(known.bytes)).toBe(known);
    expect(hashes()).toBe(0);
    expect(known.bytes).toEqual(await block());
  });
});

test('the owners that were used last are remembered, each unknown one is named once', () => {
  const owners = createOwnerCache(2);
  const outputs = (...some: number[]) => some.map((i) => ({ amount: 1n, owner: ownerOf(i) }));
  const unknown = (...some: number[]): readonly Uint8Array[] => owners.unknown(outputs(...some));
  const keys = (...some: number[]): Uint8Array[] => some.map(ownerOf);
  expect(unknown()).toEqual([]);
  expect(unknown(1, 2, 1)).toEqual(keys(1, 2));
  expect(unknown(1)).toEqual(keys(1));
  owners.remember(keys(1, 2));
  expect(unknown(2, 3, 1)).toEqual(keys(3));
  owners.remember(keys(3));
  // 1 is used again, so that 2 is the one that goes.
  expect(unknown(1)).toEqual([]);
  owners.remember(keys(4));
  expect(unknown(1, 2, 3, 4)).toEqual(keys(2));
});
