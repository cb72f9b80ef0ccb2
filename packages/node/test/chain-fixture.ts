import { merkleRoot } from '@ios/crypto/merkle';
import {
  applyBlock,
  assembleBlock,
  blockHash,
  type Context,
  encodeBlock,
  genesisOutpoint,
  type Output,
  type Transaction,
  transactionId,
} from '@ios/ledger';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import type { ChainGenesis, ChainStore, DecidedBlock } from '../src/shard/chain-store.ts';
import { type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';
import { type Coin, ownerOf, spend } from './pool-fixture.ts';

/** The chain of `context` in the fixture of the pool. */
export const CHAIN: Uint8Array = new Uint8Array(32).fill(9);
export const CHAIN_NAME: Uint8Array = new Uint8Array(32).fill(8);
const context: Context = { chain: CHAIN, epoch: 0, hasher: nodeHasher };

export const genesisOf = (count: number): ChainGenesis => ({
  chain: CHAIN,
  chainName: CHAIN_NAME,
  policy: DEFAULT_POLICY,
  outputs: Array.from({ length: count }, (_, i): Output => ({ amount: 1_000n + BigInt(i), owner: ownerOf(i) })),
});

/** The outputs of genesis as coins. */
export const genesisCoins = ({ outputs }: ChainGenesis): Coin[] =>
  outputs.map((output, i) => ({ outpoint: genesisOutpoint(CHAIN_NAME, i), output }));

export const openDisk = (disk: MemoryDisk, delay?: () => Promise<void>): Promise<Store> =>
  openMemoryStore(disk, { format: 1, chain: CHAIN, ...(delay === undefined ? {} : { delay }) });

/** The block with these transactions that follows the head, executed; its fees go to one beneficiary in the next. */
export const nextBlock = (
  { head, state }: Pick<ChainStore, 'head' | 'state'>,
  transactions: readonly Transaction[],
): DecidedBlock => {
  const height = head.height + 1;
  const block = assembleBlock(
    {
      chain: CHAIN,
      shard: 0,
      epoch: 0,
      stepEntry: new Uint8Array(32),
      height,
      previous: head.hash,
      executionDigest: head.executionDigest,
      outboxRoot: merkleRoot([], nodeHasher),
      proposer: 0,
    },
    new Uint8Array(0),
    transactions,
    nodeHasher,
  );
  const applied = applyBlock(state, block, context, height === 1 ? [] : [ownerOf(77)]);
  if (!('delta' in applied)) throw new Error('the block of a test does not apply');
  return {
    height,
    hash: blockHash(block.header, nodeHasher),
    transactionRoot: block.header.transactionRoot,
    entries: block.entries,
    bytes: encodeBlock(block),
    certificate: Uint8Array.of(height),
    transactionIds: transactions.map(({ body }) => transactionId(body, nodeHasher)),
    delta: applied.delta,
  };
};

/** Appends so many blocks, each with a transfer that spends what the one before made and pays a fee. */
export const grow = async (chain: ChainStore, first: Coin, blocks: number): Promise<DecidedBlock[]> => {
  const made: DecidedBlock[] = [];
  for (let last = first; made.length < blocks; ) {
    const transfer = spend([last], 3, made.length + 1);
    made.push(nextBlock(chain, [transfer.transaction]));
    await chain.append(made.at(-1)!);
    last = transfer.coins[0]!;
  }
  return made;
};
