import { outboxRoot, type ShardContext } from '@ios/atomix';
import { encodeCertificate, maskOf } from '@ios/bft';
import { assembleBlock, encodeBlock, genesisOutpoint, type Output, type Transaction } from '@ios/ledger';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import type { ChainGenesis, ChainStore, DecidedBlock } from '../src/shard/chain-store.ts';
import { committeeOf } from '../src/shard/committee.ts';
import { executeBlock } from '../src/shard/execution.ts';
import { nextPosition } from '../src/shard/position.ts';
import { createValues } from '../src/shard/values.ts';
import { type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';
import { type Coin, ownerOf, spend } from './pool-fixture.ts';

/** The chain of `context` in the fixture of the pool. */
export const CHAIN: Uint8Array = new Uint8Array(32).fill(9);
export const CHAIN_NAME: Uint8Array = new Uint8Array(32).fill(8);
/** Everybody lives in shard 0. */
export const everywhere = (): number => 0;
const committee = committeeOf([ownerOf(77)]);
const values = createValues(CHAIN, nodeHasher);

/** Where the next block of a chain is executed. */
export const contextOf = ({ head, epoch }: Pick<ChainStore, 'head' | 'epoch'>): ShardContext => ({
  chain: CHAIN,
  epoch: epoch.epoch,
  shard: 0,
  height: head.height + 1,
  place: everywhere,
  lockFee: 0n,
  hasher: nodeHasher,
});

export const genesisOf = (count: number): ChainGenesis => ({
  chain: CHAIN,
  chainName: CHAIN_NAME,
  shard: 0,
  place: everywhere,
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
  chain: Pick<ChainStore, 'head' | 'view' | 'epoch'>,
  transactions: readonly Transaction[],
): DecidedBlock => {
  const context = contextOf(chain);
  const parent = encodeCertificate({ view: 0, mask: maskOf([0], 1), signature: new Uint8Array(64) });
  const block = assembleBlock(
    { ...nextPosition(chain.head, context, 0), outboxRoot: outboxRoot([], nodeHasher) },
    chain.head.height === 0 ? new Uint8Array(0) : parent,
    transactions,
    nodeHasher,
  );
  const known = values.decode(encodeBlock(block))!;
  const execution = executeBlock({ view: chain.view, context, committee, owners: [ownerOf(77)] }, known);
  if (typeof execution === 'string') throw new Error('the block of a test does not apply');
  return { known, certificate: Uint8Array.of(context.height), execution };
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
