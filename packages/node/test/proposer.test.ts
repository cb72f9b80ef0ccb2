import { genesisDelta, type StateEntry } from '@ios/ledger';
import { expect, test } from 'vitest';
import type { ReadyEntry } from '../src/carriage/ready.ts';
import { nodeHasher } from '../src/hasher.ts';
import { poolEntry } from '../src/shard/pool-entry.ts';
import { buildBlock, MAX_QUEUED } from '../src/shard/proposer.ts';
import { createShardState } from '../src/shard/state.ts';
import { createValues } from '../src/shard/values.ts';
import { CHAIN, CHAIN_NAME, genesisCoins, genesisOf } from './chain-fixture.ts';
import { makeTransfer, ownerOf, type Transfer } from './pool-fixture.ts';

const genesis = genesisOf(3);
const [first, second] = genesisCoins(genesis);
/** Whoever is no owner of genesis lives in shard 1. */
const abroad = ownerOf(500);
const place = (owner: Uint8Array): number => (Buffer.compare(owner, abroad) === 0 ? 1 : 0);
const payment = (coin: typeof first, owner: Uint8Array): Transfer => {
  const { outpoint, output } = coin!;
  const inputs = [{ outpoint, ...output }];
  return makeTransfer({ chain: CHAIN, kind: 'transfer', expiry: 2, inputs, outputs: [{ ...output, owner }] });
};
const [away, home] = [payment(first, abroad), payment(second, ownerOf(7))];

interface Asked {
  /** How many credits wait for shard 1. */
  readonly waiting?: bigint;
  readonly decisions?: readonly ReadyEntry[];
  readonly pending?: readonly Transfer[];
  readonly blockTransactions?: number;
}

/** What is proposed in a block of 100 000 bytes. */
const proposed = ({ waiting = 0n, decisions = [], pending = [away, home], blockTransactions = 10 }: Asked) => {
  const entries: StateEntry[] = genesisDelta(genesis.outputs, CHAIN_NAME).map((change) => ({
    ...change,
    value: change.new!,
  }));
  const state = createShardState(entries, { shard: 0, place }, nodeHasher);
  const view = { ...state.view, span: () => ({ first: 5n, end: 5n + waiting }) };
  const pool = pending.map(({ transaction, id, size }) =>
    poolEntry(transaction, id, { shard: 0, place }, { size, from: 'a', own: true }),
  );
  const context = { chain: CHAIN, epoch: 0, shard: 0, height: 1, place, lockFee: 0n, hasher: nodeHasher };
  return buildBlock(
    {
      head: { height: 0, hash: CHAIN, executionDigest: new Uint8Array(32) },
      view,
      mempool: { ordered: () => pool, size: pool.length },
      decisions,
      parent: undefined,
      proposer: 0,
      context,
      epochEntry: { entry: undefined, isLast: false },
      limits: { blockBytes: 100_000, blockTransactions },
      hasher: nodeHasher,
    },
    createValues(CHAIN, nodeHasher),
  );
};

/** The credit of shard 1 with a number, which pays here, as an entry of a third of a block. */
const credit = (number: number): ReadyEntry => {
  const credits = [{ id: new Uint8Array(32).fill(number), index: 0, amount: 1n, owner: ownerOf(7), fee: 0n }];
  const evidence = [{ type: 'credits' as const, shard: 1, receiver: 0, first: BigInt(number), credits }];
  const bytes = new Uint8Array(33_200);
  return { entry: { kind: 'credits', proofs: [] }, verified: { kind: 'credits', evidence }, bytes };
};

test('what pays into a shard that lags is left out until it has applied some of its credits, and takes no room', () => {
  expect(proposed({ waiting: MAX_QUEUED - 1n }).ids).toEqual([away.id, home.id]);
  expect(proposed({ waiting: MAX_QUEUED }).ids).toEqual([home.id]);
  expect(proposed({ waiting: MAX_QUEUED, blockTransactions: 1 }).ids).toEqual([home.id]);
});

test('transactions are taken in their order, up to the bounds', () => {
  const many = genesisCoins(genesis).map((coin) => payment(coin, ownerOf(7)));
  expect(proposed({ pending: many, blockTransactions: 2 }).ids).toEqual([many[0]!.id, many[1]!.id]);
  const long = { ...many[1]!, size: 100_000 };
  expect(proposed({ pending: [many[0]!, long, many[2]!] }).ids).toEqual([many[0]!.id]);
});

test('decisions do not keep transactions out, and fill the block where there are none', () => {
  const decisions = [0, 1, 2, 3].map(credit);
  const { ids, entries } = proposed({ decisions });
  expect([ids, entries.length]).toEqual([[away.id, home.id], 2]);
  expect(proposed({ decisions, pending: [] }).entries.length).toBe(3);
});
