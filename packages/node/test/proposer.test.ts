import { genesisDelta, type StateEntry } from '@ios/ledger';
import { expect, test } from 'vitest';
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

/** The ids of what is proposed while so many credits wait for shard 1. */
const proposed = (waiting: bigint): readonly Uint8Array[] => {
  const entries: StateEntry[] = genesisDelta(genesis.outputs, CHAIN_NAME).map((change) => ({
    ...change,
    value: change.new!,
  }));
  const state = createShardState(entries, { shard: 0, place }, nodeHasher);
  const view = { ...state.view, span: () => ({ first: 5n, end: 5n + waiting }) };
  const pool = [away, home].map(({ transaction, id, size }) =>
    poolEntry(transaction, id, { shard: 0, place }, { size, from: 'a', own: true }),
  );
  const context = { chain: CHAIN, epoch: 0, shard: 0, height: 1, place, lockFee: 0n, hasher: nodeHasher };
  const known = buildBlock(
    {
      head: { height: 0, hash: CHAIN, executionDigest: new Uint8Array(32) },
      view,
      mempool: { ordered: () => pool },
      decisions: [],
      parent: undefined,
      proposer: 0,
      context,
      epochEntry: { entry: undefined, isLast: false },
      limits: { blockBytes: 100_000, blockTransactions: 10 },
      hasher: nodeHasher,
    },
    createValues(CHAIN, nodeHasher),
  );
  return known.ids;
};

test('what pays into a shard that lags is left out until it has applied some of its credits', () => {
  expect(proposed(MAX_QUEUED - 1n)).toEqual([away.id, home.id]);
  expect(proposed(MAX_QUEUED)).toEqual([home.id]);
});
