import { type OutboxProof, outboxOf, outboxProver, outboxRoot } from '@ios/atomix';
import { createHasher } from '@ios/crypto/merkle';
import { assembleBlock, bindBlock, encodeBlock, encodeHeader } from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import { type ReadyEntry, readyOf } from '../src/carriage/ready.ts';
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
const counted = (ready?: () => Iterable<ReadyEntry>): { values: Values; hashes: () => number } => {
  let hashes = 0;
  const values = createValues(
    CHAIN,
    createHasher((bytes) => {
      hashes++;
      return nodeHasher.sha256(bytes);
    }),
    ready,
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

/** The leaves of another shard's block, and a header over it. */
const ID = new Uint8Array(32).fill(5);
const outbox = outboxOf(
  Array.from({ length: 64 }, (_, i) => ({
    type: 'vote',
    id: i === 0 ? ID : new Uint8Array(32).fill(64 + i),
    verdict: 'accept',
  })),
);
const ZERO = new Uint8Array(32);
const position = {
  chain: CHAIN,
  epoch: 0,
  stepEntry: ZERO,
  height: 1,
  previous: ZERO,
  executionDigest: ZERO,
  outboxRoot: ZERO,
  proposer: 0,
};
const header = encodeHeader({
  ...position,
  shard: 1,
  outboxRoot: outboxRoot(outbox, nodeHasher),
  parentCertificate: ZERO,
  transactionRoot: ZERO,
  entryRoot: ZERO,
});
const proof: OutboxProof = {
  form: 'outbox',
  header,
  certificate: Uint8Array.of(1),
  ...outboxProver(outbox, nodeHasher)(outbox.findIndex((leaf) => Buffer.from(leaf).includes(Buffer.from(ID)))),
};
const evidence = { type: 'vote' as const, shard: 1, id: ID, verdict: 'accept' as const };
const ready = readyOf({ kind: 'commit', id: ID, proofs: [proof] }, [{ proof, evidence }])!;
const blockWith = (entry: Uint8Array): Uint8Array =>
  encodeBlock(assembleBlock({ ...position, shard: 0 }, new Uint8Array(0), [], nodeHasher, [entry]));

describe('the entries of a block', () => {
  test('that are ready here are not verified again, and come out the same', () => {
    const plain = counted();
    const reusing = counted(() => [ready]);
    const bytes = blockWith(ready.bytes);
    const known = reusing.values.decode(bytes);
    expect(known?.entries[0]?.verified).toBe(ready.verified);
    expect(known).toEqual(plain.values.decode(bytes));
    expect(reusing.hashes()).toBeLessThan(plain.hashes());
  });

  test('are verified where a byte is different', () => {
    const { values } = counted(() => [ready]);
    // The last byte of the path, and before it, of the certificate, which is not looked at here.
    const elsewhere = ready.bytes.slice();
    elsewhere[elsewhere.length - 1]! ^= 1;
    expect(values.decode(blockWith(elsewhere))).toBeUndefined();
    const other = { ...proof, certificate: Uint8Array.of(2) };
    const { bytes } = readyOf({ kind: 'commit', id: ID, proofs: [other] }, [{ proof: other, evidence }])!;
    expect(values.decode(blockWith(bytes))?.entries[0]?.entry).toMatchObject({ entry: { proofs: [other] } });
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
