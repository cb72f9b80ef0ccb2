import { createUtxoSet, genesisDelta, INITIAL_EXECUTION_DIGEST, nextExecutionDigest } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeHasher } from '../src/hasher.ts';
import { type ChainStore, type DecidedBlock, openChain } from '../src/shard/chain-store.ts';
import { createMemoryDisk, type MemoryDisk } from '../src/store/memory.ts';
import type { Write } from '../src/store/store.ts';
import { CHAIN, CHAIN_NAME, genesisCoins, genesisOf, grow, nextBlock, openDisk } from './chain-fixture.ts';
import { type Coin, spend } from './pool-fixture.ts';

const genesis = genesisOf(5);
const [first, second] = genesisCoins(genesis) as [Coin, Coin];

const reopen = async (disk: MemoryDisk): Promise<ChainStore> => openChain(await openDisk(disk), genesis, nodeHasher);

/** What the blocks make of genesis, computed apart from the chain. */
const rebuilt = (blocks: readonly DecidedBlock[]): { entries: unknown; digest: Uint8Array } => {
  const state = createUtxoSet();
  let digest = INITIAL_EXECUTION_DIGEST;
  for (const delta of [genesisDelta(genesis.outputs, CHAIN_NAME), ...blocks.map(({ execution }) => execution.delta)]) {
    state.apply(delta);
    digest = nextExecutionDigest(digest, delta);
  }
  return { entries: state.entries(), digest };
};

const matches = (chain: ChainStore, blocks: readonly DecidedBlock[]): void => {
  const { entries, digest } = rebuilt(blocks);
  const last = blocks.at(-1);
  expect(chain.state.entries()).toEqual(entries);
  const { height, hash, executionDigest } = chain.head;
  expect([height, bytesToHex(hash), bytesToHex(executionDigest)]).toEqual([
    blocks.length,
    bytesToHex(last?.known.hash ?? CHAIN),
    bytesToHex(digest),
  ]);
};

describe('a chain', () => {
  test('begins with the outputs of genesis at height 0', async () => {
    const chain = await reopen(createMemoryDisk());
    matches(chain, []);
    expect(chain.state.size()).toBe(5);
    expect(await chain.block(0)).toBeUndefined();
    expect(await chain.block(1)).toBeUndefined();
    expect(await chain.hash(1)).toBeUndefined();
    expect(await chain.steps(new Uint8Array(32))).toEqual([]);
  });

  test('grows block by block: state, head, blocks and where each transaction stands', async () => {
    const chain = await reopen(createMemoryDisk());
    const blocks = await grow(chain, first, 4);
    matches(chain, blocks);
    for (const { known, certificate } of blocks) {
      const { bytes, hash, ids, block } = known;
      const { height } = block.header;
      expect(await chain.block(height)).toEqual({ bytes, hash: Uint8Array.from(hash), certificate });
      expect(await chain.hash(height)).toEqual(Uint8Array.from(hash));
      expect(await chain.steps(ids[0]!)).toEqual([{ kind: 'included', height, index: 0 }]);
    }
  });

  test('finds the second transaction of a block too', async () => {
    const chain = await reopen(createMemoryDisk());
    const both = [spend([first]), spend([second], 2)];
    await chain.append(
      nextBlock(
        chain,
        both.map(({ transaction }) => transaction),
      ),
    );
    expect(await chain.steps(both[0]!.id)).toEqual([{ kind: 'included', height: 1, index: 0 }]);
    expect(await chain.steps(both[1]!.id)).toEqual([{ kind: 'included', height: 1, index: 1 }]);
  });

  test('is the same when it is opened again', async () => {
    const disk = createMemoryDisk();
    const store = await openDisk(disk);
    const chain = await openChain(store, genesis, nodeHasher);
    const blocks = await grow(chain, first, 5);
    await store.close();
    const again = await reopen(disk);
    matches(again, blocks);
    expect((await again.block(3))!.bytes).toEqual(blocks[2]!.known.bytes);
    expect(await again.steps(blocks[4]!.known.ids[0]!)).toEqual([{ kind: 'included', height: 5, index: 0 }]);
  });

  test('takes no block but the next', async () => {
    const chain = await reopen(createMemoryDisk());
    const block = nextBlock(chain, []);
    await chain.append(block);
    const error = expect.objectContaining({ name: 'NodeError', code: 'database', facts: { height: 1, head: 1 } });
    await expect(chain.append(block)).rejects.toEqual(error);
    matches(chain, [block]);
  });
});

describe('a crash', () => {
  test('at any moment leaves genesis or a whole number of blocks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(40), fc.nat(3), async (turns, kept) => {
        const disk = createMemoryDisk();
        let left = turns;
        let crashed: () => void = () => {};
        const crash = new Promise<void>((resolve) => {
          crashed = resolve;
        });
        // Every call of the disk is a moment to crash at.
        const store = await openDisk(disk, async () => {
          if (left-- === 0) {
            disk.crash((count) => Math.min(count, kept));
            crashed();
          }
        });
        const reported: DecidedBlock[] = [];
        const life = (async (): Promise<void> => {
          const chain = await openChain(store, genesis, nodeHasher);
          for (let last = first; reported.length < 4; ) {
            const transfer = spend([last], 3, reported.length + 1);
            const block = nextBlock(chain, [transfer.transaction]);
            await chain.append(block);
            reported.push(block);
            last = transfer.coins[0]!;
          }
          await store.close();
        })();
        await Promise.race([life, crash]);
        const again = await reopen(disk);
        const { height } = again.head;
        // What was reported is there; at most one more block is.
        expect(height - reported.length === 0 || height - reported.length === 1).toBe(true);
        const twin = await reopen(createMemoryDisk());
        matches(again, await grow(twin, first, height));
      }),
      { numRuns: 60 },
    );
  });

  test('of a write leaves the chain in memory as it was', async () => {
    const disk = createMemoryDisk();
    const store = await openDisk(disk);
    const chain = await openChain(store, genesis, nodeHasher);
    const block = nextBlock(chain, [spend([first]).transaction]);
    await store.close();
    await expect(chain.append(block)).rejects.toMatchObject({ name: 'StoreError', code: 'closed' });
    matches(chain, []);
  });
});

describe('damage', () => {
  const HEAD = Uint8Array.of(1);
  const BLOCK_3 = Uint8Array.of(2, 0, 0, 0, 3);
  const BESIDE_3 = Uint8Array.of(3, 0, 0, 0, 3);

  const damaged = async (
    change: (read: (key: Uint8Array) => Promise<Uint8Array>) => Promise<Write[]>,
  ): Promise<unknown> => {
    const disk = createMemoryDisk();
    const store = await openDisk(disk);
    await grow(await openChain(store, genesis, nodeHasher), first, 3);
    await store.batch(await change(async (key) => (await store.get(key))!), { sync: true });
    await store.close();
    return reopen(disk).then(
      () => 'opened',
      (error: unknown) => error,
    );
  };
  const refused = expect.objectContaining({ name: 'NodeError', code: 'database' });
  const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

  test('none', async () => {
    expect(await damaged(async () => [])).toBe('opened');
  });

  test('of the head', async () => {
    expect(await damaged(async () => [{ key: HEAD, value: new Uint8Array(0) }])).toEqual(refused);
    expect(await damaged(async (read) => [{ key: HEAD, value: (await read(HEAD)).subarray(1) }])).toEqual(refused);
    expect(await damaged(async (read) => [{ key: HEAD, value: flipped(await read(HEAD), 3) }])).toEqual(refused);
    expect(await damaged(async (read) => [{ key: HEAD, value: flipped(await read(HEAD), 4) }])).toEqual(refused);
  });

  test('of the last block', async () => {
    expect(await damaged(async () => [{ key: BLOCK_3 }])).toEqual(refused);
    expect(await damaged(async () => [{ key: BESIDE_3 }])).toEqual(refused);
    expect(await damaged(async () => [{ key: BESIDE_3, value: new Uint8Array(3) }])).toEqual(refused);
    expect(await damaged(async (read) => [{ key: BLOCK_3, value: flipped(await read(BLOCK_3), 300) }])).toEqual(
      refused,
    );
    expect(await damaged(async (read) => [{ key: BLOCK_3, value: (await read(BLOCK_3)).subarray(1) }])).toEqual(
      refused,
    );
  });

  test('of the state', async () => {
    expect(await damaged(async () => [{ key: Uint8Array.of(4, 1, 7), value: new Uint8Array(40) }])).toEqual(refused);
  });

  test('is not what a failure of the disk is called', async () => {
    const store = await openDisk(createMemoryDisk());
    await store.close();
    await expect(openChain(store, genesis, nodeHasher)).rejects.toMatchObject({ name: 'StoreError' });
  });
});
