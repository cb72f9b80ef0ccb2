/**
 * What one core does of everything but signatures, over 100 000 unspent outputs: decode a block, check the structure of
 * its transactions and apply them, all of a replica's work on it.
 */

import { nobleHasher } from '@ios/crypto/merkle';
import { createCurve25519 } from '@ios/curve25519-wasm';
import type { BenchRow } from '../../../scripts/lib/bench.ts';
import { medians } from '../../../scripts/lib/medians.ts';
import {
  applyBlock,
  applyTransactions,
  assembleBlock,
  type Block,
  bindBlock,
  type Context,
  checkStructure,
  createUtxoSet,
  decodeTransaction,
  encodeBlock,
  encodeTransaction,
  genesisDelta,
  genesisOutpoint,
  type Input,
  nextExecutionDigest,
  type Output,
  type Transaction,
  transactionWire,
  undo,
} from '../src/index.ts';
import { nodeHasher } from './node-hasher.ts';

const UNSPENT = 100_000;
const TRANSACTIONS = 7_000;
const ROUNDS = 15;
const chain = new Uint8Array(32).fill(7);
const chainName = new Uint8Array(32).fill(8);
const context: Context = { chain, epoch: 3, hasher: nodeHasher };

/** A public-key-like string of 32 bytes for each number. */
const owner = (number: number): Uint8Array => nodeHasher.sha256(Uint8Array.of(number, number >> 8, number >> 16));

const genesis = (): Output[] =>
  Array.from({ length: UNSPENT }, (_, i) => ({ amount: BigInt(1000 + (i % 977)), owner: owner(i % 50_000) }));

/** Payments that each spend `inputs` outputs of genesis and make a payment and a change. */
function payments(inputs: number): Transaction[] {
  const coins = genesis();
  return Array.from({ length: TRANSACTIONS }, (_, i) => {
    const spent: Input[] = Array.from({ length: inputs }, (_, j) => {
      const number = (i * inputs + j) * 3 + 1;
      return { outpoint: genesisOutpoint(chainName, number), ...coins[number]! };
    });
    const total = spent.reduce((sum, { amount }) => sum + amount, 0n);
    const outputs = [
      { amount: total / 2n, owner: owner(i + 60_000) },
      { amount: total - total / 2n - 5n, owner: spent[0]!.owner },
    ];
    const owners = new Set(spent.map((input) => input.owner.join()));
    const body = { chain, kind: 'transfer' as const, expiry: 4, inputs: spent, outputs };
    return { body, witnesses: Array.from(owners, (_, k) => new Uint8Array(64).fill(i + k)) };
  });
}

/** Processor time of one run, in ms: on a shared machine it says more than the time on the wall. */
function cost(run: () => void): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** Transactions a second of each run over all transactions, by the median cost of interleaved rounds. */
function rates(...runs: (() => void)[]): number[] {
  const costs = Array.from({ length: ROUNDS }, () => runs.map(cost));
  return runs.map((_, i) => {
    const sorted = costs.map((round) => round[i]!).sort((a, b) => a - b);
    return Math.round((TRANSACTIONS * 1000) / sorted[Math.floor(ROUNDS / 2)]!);
  });
}

function blockOf(transactions: Transaction[]): Block {
  const zero = new Uint8Array(32);
  const position = { chain, shard: 0, epoch: 3, stepEntry: zero, height: 2, previous: zero, proposer: 0 };
  return assembleBlock(
    { ...position, executionDigest: zero, outboxRoot: zero },
    new Uint8Array(100),
    transactions,
    nodeHasher,
  );
}

/** Pages of 100 outputs a second, from the middle of one owner who has all that there are. */
function pages(): BenchRow {
  const coins = genesis().map(({ amount }) => ({ amount, owner: owner(0) }));
  const set = createUtxoSet();
  set.apply(genesisDelta(coins, chainName));
  const after = { id: new Uint8Array(32).fill(0x80), index: 0 };
  const [rate] = rates(() => {
    for (let i = 0; i < TRANSACTIONS; i++) set.outputsOf(owner(0), 100, after);
  });
  return { what: `pages of 100 of an owner's ${UNSPENT} outputs`, unit: 'pages/s', ours: rate! };
}

/** The root over 100 000 leaves as long as a payment, by each hasher that a node may be given; ms of processor time. */
function roots(): BenchRow[] {
  const leaves = Array.from({ length: 100_000 }, (_, i) => new Uint8Array(250).fill(i));
  const { hasher } = createCurve25519();
  const { wasm, noble, native } = medians(
    {
      wasm: () => hasher.merkleRoot(leaves),
      noble: () => nobleHasher.merkleRoot(leaves),
      native: () => nodeHasher.merkleRoot(leaves),
    },
    { rounds: 5, warmUp: 1, slice: 1 },
  );
  const beside = (peer: string, theirs: number): BenchRow => {
    const what = 'Merkle root of 100000 leaves of 250 bytes, WebAssembly';
    return { what, unit: 'ms', ours: wasm, peer, theirs, ratio: theirs / wasm };
  };
  return [beside('noble', noble), beside('node:crypto', native)];
}

/** Transactions a second on one core, each row the median of 15 runs over 7 000 transactions, by processor time. */
export async function bench(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [...roots(), pages()];
  for (const inputs of [1, 3]) {
    const transactions = payments(inputs);
    const encoded = transactions.map(encodeTransaction);
    const block = blockOf(transactions);
    const bytes = encodeBlock(block);
    const set = createUtxoSet();
    set.apply(genesisDelta(genesis(), chainName));
    const applied = applyTransactions(set, transactions, context);
    if (!applied.valid) throw new Error(`the payments do not apply: ${applied.rejection.code}`);
    const { delta } = applied;
    const shape = `${inputs}-in-2-out`;
    const row = (what: string, run: () => void): void => {
      rows.push({ what: `${what}, ${shape}`, unit: 'tx/s', ours: rates(run)[0]! });
    };
    const [ours, theirs] = rates(
      () => {
        for (const bytes of encoded) decodeTransaction(bytes);
      },
      () => {
        for (const bytes of encoded) transactionWire.decode(bytes);
      },
    ) as [number, number];
    const peer = 'micro-packed declaration';
    rows.push({ what: `decode transactions, ${shape}`, unit: 'tx/s', ours, peer, theirs, ratio: ours / theirs });
    row('decode a block and bind it to its header', () => {
      bindBlock(bytes, nodeHasher);
    });
    row('structure', () => {
      for (const { body } of transactions) {
        if (!checkStructure(body, set, context).valid) throw new Error('a payment is not valid');
      }
    });
    row('structure, ids, apply and delta', () => {
      applyTransactions(set, transactions, context);
    });
    row('execution digest', () => {
      nextExecutionDigest(chain, delta, nodeHasher);
    });
    row('delta into the set and out again', () => {
      set.apply(delta);
      set.apply(undo(delta));
    });
    row('all of a block but signatures, and undo', () => {
      const bound = bindBlock(bytes, nodeHasher);
      const result = applyBlock(set, bound.block, context, []);
      if (!result.valid) throw new Error('the block is not valid');
      nextExecutionDigest(chain, result.delta, nodeHasher);
      set.apply(result.delta);
      set.apply(undo(result.delta));
    });
  }
  return rows;
}
