import { expect, test } from 'vitest';
import { nodeHasher } from '../src/hasher.ts';
import { openChain } from '../src/shard/chain-store.ts';
import { recentBlocks } from '../src/shard/recent-blocks.ts';
import { createValues } from '../src/shard/values.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { CHAIN, genesisOf, nextBlock, openDisk } from './chain-fixture.ts';

test('a block that is asked for again is not read again, for a while', async () => {
  const genesis = genesisOf(1);
  const chain = await openChain(await openDisk(createMemoryDisk()), genesis, nodeHasher);
  const hashes: Uint8Array[] = [];
  while (hashes.length < 10) {
    const block = nextBlock(chain, []);
    await chain.append(block);
    hashes.push(block.known.hash);
  }
  const read: number[] = [];
  const blocks = recentBlocks(
    {
      block(height) {
        read.push(height);
        return chain.block(height);
      },
    },
    createValues(CHAIN, nodeHasher),
  );
  expect((await blocks(1))!.hash).toEqual(hashes[0]);
  for (let height = 2; height <= 8; height++) await blocks(height);
  await blocks(1);
  expect(read).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  // One more, and the one that was asked for longest ago is forgotten.
  await blocks(9);
  await blocks(1);
  await blocks(2);
  expect(read.slice(8)).toEqual([9, 2]);
  expect(await blocks(11)).toBeUndefined();
});
