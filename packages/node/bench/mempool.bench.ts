/**
 * What one core does of the pool's work: takes transactions whose signatures hold, in chains of 25 as they are found in
 * real blocks, parents first or children first; gives them to a proposer; lets them go when they are final.
 */
import {
  type Context,
  encodeOutPoint,
  encodeOutput,
  type Input,
  OUTPUT_TABLE,
  type OutPoint,
  type Output,
  outpointKey,
  type Transaction,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { nodeHasher } from '../src/hasher.ts';
import { DEFAULT_MEMPOOL } from '../src/node.ts';
import { createMempool, type Decided, type Mempool } from '../src/shard/mempool.ts';
import { type PoolEntry, poolEntry } from '../src/shard/pool-entry.ts';
import { createSenderBudgets } from '../src/shard/sender-budgets.ts';

const TRANSACTIONS = 20_000;
const CHAIN_LENGTH = 25;
const ROUNDS = 5;
const SIZE = 256;
const context: Context = { chain: new Uint8Array(32).fill(7), epoch: 0, hasher: nodeHasher };

const bytesOf = (kind: number, i: number): Uint8Array => nodeHasher.sha256(Uint8Array.of(kind, i >> 16, i >> 8, i));

/** A payment and its change, in chains: each spends the change of the one before. */
function makeEntries(view: Map<string, Output>): PoolEntry[] {
  const entries: PoolEntry[] = [];
  let spent: { outpoint: OutPoint; output: Output } | undefined;
  for (let i = 0; i < TRANSACTIONS; i++) {
    if (i % CHAIN_LENGTH === 0) {
      spent = { outpoint: { id: bytesOf(1, i), index: 0 }, output: { amount: 1_000_000n, owner: bytesOf(2, i) } };
      view.set(outpointKey(spent.outpoint), spent.output);
    }
    const { outpoint, output } = spent!;
    const inputs: Input[] = [{ outpoint, ...output }];
    const outputs: Output[] = [
      { amount: 10n, owner: bytesOf(3, i) },
      { amount: output.amount - 10n, owner: bytesOf(4, i) },
    ];
    const body: TransactionBody = { chain: context.chain, kind: 'transfer', expiry: 2, inputs, outputs };
    const transaction: Transaction = { body, witnesses: [new Uint8Array(64)] };
    const id = transactionId(body, nodeHasher);
    entries.push(
      poolEntry(transaction, id, { shard: 0, place: () => 0 }, { size: SIZE, from: `peer ${i % 4}`, own: false }),
    );
    spent = { outpoint: { id, index: 1 }, output: outputs[1]! };
  }
  return entries;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

/** Processor seconds of a run. */
function seconds(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** The figures, medians of five rounds after a first that warms up. */
export async function bench(): Promise<BenchRow[]> {
  const view = new Map<string, Output>();
  const entries = makeEntries(view);
  const pool = (): Mempool =>
    createMempool({
      view: { get: (outpoint, key = outpointKey(outpoint)) => view.get(key), holder: () => undefined },
      isContested: () => false,
      context: () => context,
      limits: DEFAULT_MEMPOOL,
      budgets: createSenderBudgets({
        transactions: DEFAULT_MEMPOOL.perPeerTransactions,
        bytes: DEFAULT_MEMPOOL.perPeerBytes,
      }),
      hasKnownOwners: () => true,
      onUnchecked: () => {},
      onPending: () => {},
    });
  const fill = (order: readonly PoolEntry[]): Mempool => {
    const filled = pool();
    for (const entry of order) filled.add(entry, true);
    if (filled.size !== TRANSACTIONS) throw new Error(`${filled.size} of ${TRANSACTIONS} are pending`);
    return filled;
  };
  const decided: Decided = {
    known: {
      block: { transactions: entries.map(({ transaction }) => transaction) },
      ids: entries.map(({ id }) => id),
    },
    delta: entries.map(({ id, transaction }) => ({
      table: OUTPUT_TABLE,
      key: encodeOutPoint({ id, index: 0 }),
      old: undefined,
      new: encodeOutput(transaction.body.outputs[0]!),
    })),
  };
  const reversed = entries.toReversed();
  const times: Record<string, number[]> = {};
  const measure = (what: string, round: number, run: () => void): void => {
    const taken = seconds(run);
    times[what] ??= [];
    if (round >= 0) times[what].push(taken);
  };
  for (let round = -1; round < ROUNDS; round++) {
    let filled = pool();
    measure('taken, parents first', round, () => {
      filled = fill(entries);
    });
    measure('given to a proposer', round, () => {
      let count = 0;
      for (const _ of filled.ordered()) count++;
      if (count !== TRANSACTIONS) throw new Error(`${count} of ${TRANSACTIONS} were given`);
    });
    measure('let go when final', round, () => filled.onDecided(decided));
    measure('taken, children first', round, () => fill(reversed));
  }
  return Object.entries(times).map(([what, taken]) => ({
    what: `20 000 transactions in chains of 25, ${what}`,
    unit: '1/s',
    ours: TRANSACTIONS / median(taken),
  }));
}
