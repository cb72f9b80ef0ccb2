import {
  type Context,
  canonicalDelta,
  type Delta,
  encodeOutput,
  encodeTransaction,
  type Input,
  OUTPUT_TABLE,
  type OutPoint,
  type Output,
  outpointKey,
  type Transaction,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import { nodeHasher } from '../src/hasher.ts';
import { createMempool, type Decided, type Mempool, type MempoolLimits } from '../src/shard/mempool.ts';
import type { PoolView } from '../src/shard/obstacles.ts';
import { type Home, type PoolEntry, poolEntry } from '../src/shard/pool-entry.ts';
import { createSenderBudgets, type SenderBudgets } from '../src/shard/sender-budgets.ts';

export const context: Context = { chain: new Uint8Array(32).fill(9), epoch: 0, hasher: nodeHasher };

/** The only shard. */
export const HOME: Home = { shard: 0, place: () => 0 };

/** An output and its name. */
export interface Coin {
  readonly outpoint: OutPoint;
  readonly output: Output;
}

/** Not a key: the pool does not look. */
export const ownerOf = (i: number): Uint8Array => nodeHasher.sha256(Uint8Array.of(i >> 8, i));

/** A coin that exists before any transfer. */
export const coin = (i: number, amount = 1_000n): Coin => ({
  outpoint: { id: nodeHasher.sha256(Uint8Array.of(1, i >> 8, i)), index: i % 256 },
  output: { amount, owner: ownerOf(i) },
});

/** A transfer with witnesses that nobody checks. */
export interface Transfer {
  readonly id: Uint8Array;
  readonly body: TransactionBody;
  readonly transaction: Transaction;
  readonly size: number;
  /** What it makes. */
  readonly coins: readonly Coin[];
}

export const makeTransfer = (body: TransactionBody): Transfer => {
  const owners = new Set(body.inputs.map(({ owner }) => Buffer.from(owner).toString('hex')));
  const transaction: Transaction = { body, witnesses: [...owners].map(() => new Uint8Array(64)) };
  const id = transactionId(body, nodeHasher);
  const coins = body.outputs.map((output, index) => ({ outpoint: { id, index }, output }));
  return { id, body, transaction, size: encodeTransaction(transaction).length, coins };
};

/** Spends coins in equal parts to `parts` outputs; what is left over is the fee. `salt` tells two alike apart. */
export const spend = (coins: readonly Coin[], parts = 1, salt = 0): Transfer => {
  const inputs: Input[] = coins.map(({ outpoint, output }) => ({ outpoint, ...output }));
  const amount = coins.reduce((sum, { output }) => sum + output.amount, 0n) / BigInt(parts);
  const outputs: Output[] = Array.from({ length: parts }, (_, i) => ({ amount, owner: ownerOf(salt * 300 + i) }));
  return makeTransfer({ chain: context.chain, kind: 'transfer', expiry: 2, inputs, outputs });
};

/** A chain of transfers, each of which spends what the one before made. */
export const chainOf = (first: Coin, length: number, salt = 0): Transfer[] => {
  const transfers: Transfer[] = [];
  for (let last = first; transfers.length < length; last = transfers.at(-1)!.coins[0]!)
    transfers.push(spend([last], 1, salt));
  return transfers;
};

export const entryOf = ({ transaction, id, size }: Transfer, from = 'a', own = false): PoolEntry =>
  poolEntry(transaction, id, HOME, { size, from, own });

/** Unspent outputs that can be changed, and how often one was looked for. */
export interface TestView extends PoolView {
  readonly coins: Map<string, Output>;
  /** Ids of the transactions that hold outputs, by the keys of these. */
  readonly held: Map<string, Uint8Array>;
  /** Has an undecided transfer hold a coin. */
  hold(by: Pick<Transfer, 'id'>, coin: Coin): void;
  /** Spends and makes what the transfers do. */
  apply(transfers: readonly Transfer[]): Delta;
  looks: number;
}

export const viewOf = (coins: readonly Coin[]): TestView => {
  const view: TestView = {
    coins: new Map(coins.map(({ outpoint, output }) => [outpointKey(outpoint), output])),
    looks: 0,
    get(outpoint) {
      view.looks++;
      return view.coins.get(outpointKey(outpoint));
    },
    held: new Map(),
    hold: ({ id }, { outpoint }) => view.held.set(outpointKey(outpoint), id),
    holder: (outpoint) => view.held.get(outpointKey(outpoint)),
    apply(transfers) {
      const before = Object.fromEntries(view.coins);
      for (const { body, coins: made } of transfers) {
        for (const { outpoint } of body.inputs) view.coins.delete(outpointKey(outpoint));
        for (const { outpoint, output } of made) view.coins.set(outpointKey(outpoint), output);
      }
      const after = Object.fromEntries(view.coins);
      return canonicalDelta(
        Object.keys({ ...before, ...after }).map((key) => ({
          table: OUTPUT_TABLE,
          key: Buffer.from(key, 'latin1'),
          old: before[key] && encodeOutput(before[key]),
          new: after[key] && encodeOutput(after[key]),
        })),
      );
    },
  };
  return view;
};

export const ROOMY: MempoolLimits = {
  transactions: 10_000,
  bytes: 1 << 30,
  waitingTransactions: 10_000,
  waitingBytes: 1 << 30,
  perPeerTransactions: 10_000,
  perPeerBytes: 1 << 30,
  rejections: 10_000,
};

/** The part of a decided block that the pool reads. */
export const decidedOf = (transfers: readonly Pick<Transfer, 'id' | 'transaction'>[]): Pick<Decided, 'known'> => ({
  known: {
    block: { transactions: transfers.map(({ transaction }) => transaction) },
    ids: transfers.map(({ id }) => id),
  },
});

/** A pool over a view of its own. */
export interface TestPool extends Mempool {
  readonly view: TestView;
  readonly budgets: SenderBudgets;
  /** The names of what became pending, in the order told. */
  readonly told: PoolEntry[];
  /** The names of those whose owners are to be checked, in the order told. */
  readonly asked: string[];
  /** Why each left that did not become final. */
  readonly removed: string[];
  take(transfer: Transfer, from?: string): ReturnType<Mempool['add']>;
  decide(transfers: readonly Transfer[]): void;
  /** Decides a block that rejects them. */
  rejected(transfers: readonly Transfer[]): void;
  /** Those that another voter has accepted. */
  readonly contested: Set<Pick<Transfer, 'id'>>;
  /** What a proposer would get. */
  pendingOnes(): PoolEntry[];
}

/** A pool in which every owner is known, or those that `hasKnownOwners` says. */
export const testPool = (
  coins: readonly Coin[],
  limits: Partial<MempoolLimits> = {},
  hasKnownOwners: (entry: PoolEntry) => boolean = () => true,
): TestPool => {
  const view = viewOf(coins);
  const all = { ...ROOMY, ...limits };
  const budgets = createSenderBudgets({ transactions: all.perPeerTransactions, bytes: all.perPeerBytes });
  const told: PoolEntry[] = [];
  const asked: string[] = [];
  const removed: string[] = [];
  const contested = new Set<Pick<Transfer, 'id'>>();
  const pool = createMempool({
    view,
    context: () => context,
    limits: all,
    budgets,
    isContested: (id) => [...contested].some((one) => Buffer.compare(one.id, id) === 0),
    hasKnownOwners,
    onUnchecked: (entries) => asked.push(...entries.map(({ name }) => name)),
    onPending: (entries) => told.push(...entries),
    onRemoved: ({ code }) => removed.push(code),
  });
  // The getter `size` must stay one.
  return Object.defineProperties(
    {},
    {
      ...Object.getOwnPropertyDescriptors(pool),
      ...Object.getOwnPropertyDescriptors({
        view,
        budgets,
        told,
        asked,
        removed,
        contested,
        rejected: (transfers: readonly Transfer[]) => pool.onDecided({ ...decidedOf(transfers), delta: [] }),
        take: (transfer: Transfer, from?: string) => pool.add(entryOf(transfer, from), false),
        decide(transfers: readonly Transfer[]) {
          const delta = view.apply(transfers);
          pool.onDecided({ ...decidedOf(transfers), delta });
        },
        pendingOnes: () => [...pool.ordered()],
      }),
    },
  ) as TestPool;
};
