import {
  type Context,
  checkBody,
  type Output,
  outpointKey,
  type Transaction,
  type TransactionBody,
  type UtxoView,
} from '@ios/ledger';
import type { TransactionStatus } from '../service.ts';
import { makerOf, nameOf, outputKey, type PoolEntry } from './pool-entry.ts';
import { invalid, REFUSALS, type Refused } from './refusal.ts';
import type { SenderBudgets } from './sender-budgets.ts';
import { createWaitingRoom, type Waiting } from './waiting-room.ts';

/** Bounds of a pool: numbers of transactions and the bytes of their encodings. */
export interface MempoolLimits {
  readonly transactions: number;
  readonly bytes: number;
  readonly waitingTransactions: number;
  readonly waitingBytes: number;
  /** What one sender may have here: pending, waiting, and on the way in. */
  readonly perPeerTransactions: number;
  readonly perPeerBytes: number;
  /** How many verdicts on rejected transactions are remembered. */
  readonly rejections: number;
}

/** What is seen of a transaction at first sight; `lacking` would have to wait for an output. */
export type Screening =
  | Refused
  | { readonly status: 'known' }
  | { readonly status: 'ready' }
  | { readonly status: 'lacking' };

/**
 * The transactions that a node knows and no block holds yet. What spends an output that is neither final nor made by
 * a pending transaction waits for it, within bounds. Of two that spend one output the first stays; a higher fee does not
 * push anything out. What leaves without becoming final is remembered as rejected, for a while; of these `pool-full` says
 * nothing about the transaction: it may come again.
 */
export interface Mempool {
  /** The cheap checks, before anyone pays for its signatures. */
  screen(entry: PoolEntry): Screening;
  /** Takes a transaction whose signatures hold, and whatever waited for it. */
  add(entry: PoolEntry): Refused | { readonly status: 'known' | 'pending' | 'waiting' };
  /** Pending transactions, parents before children, until the next would exceed either bound. */
  ordered(maxBytes: number, maxTransactions: number): Iterable<PoolEntry>;
  /** These became final, and the view shows it: they leave, with whatever contradicts them and all that spends that. */
  onDecided(transactions: readonly { readonly id: Uint8Array; readonly body: TransactionBody }[]): void;
  status(id: Uint8Array): Exclude<TransactionStatus, { status: 'final' | 'unknown' }> | undefined;
  /** Whether this very transaction, witnesses included, is here. */
  verified(id: Uint8Array, transaction: Transaction): boolean;
  /** How many are pending. */
  readonly size: number;
  /** `bytes` are those of the pending ones. */
  counts(): {
    readonly transactions: number;
    readonly bytes: number;
    readonly waiting: number;
    readonly waitingBytes: number;
  };
}

/** What a pool is made of. */
export interface MempoolOptions {
  /** The live state of the head. */
  readonly view: UtxoView;
  readonly context: Context;
  readonly limits: MempoolLimits;
  /** What senders have here is charged to these. */
  readonly budgets: SenderBudgets;
  /** These became pending, parents before children, after the change that brought it about. */
  onPending(entries: readonly PoolEntry[]): void;
}

/** An empty pool. */
export const createMempool = ({ view, context, limits, budgets, onPending }: MempoolOptions): Mempool => {
  /** Insertion order is topological: a child becomes pending after its parents. */
  const pending = new Map<string, PoolEntry>();
  /** The name of the pending transaction that spends an output. */
  const spentBy = new Map<string, string>();
  const waiting = createWaitingRoom({ transactions: limits.waitingTransactions, bytes: limits.waitingBytes });
  const rejections = new Map<string, Refused>();
  let pendingBytes = 0;

  const reject = (name: string, verdict: Refused): Refused => {
    rejections.delete(name);
    rejections.set(name, verdict);
    if (rejections.size > limits.rejections) rejections.delete(rejections.keys().next().value!);
    return verdict;
  };

  /** The output that input `i` spends, final or made by a pending transaction. */
  const spentOutput = ({ transaction, spends }: PoolEntry, i: number): Output | undefined => {
    const key = spends[i]!;
    const { outpoint } = transaction.body.inputs[i]!;
    return view.get(outpoint, key) ?? pending.get(makerOf(key))?.transaction.body.outputs[outpoint.index];
  };

  /** The first input from `start` on whose output is not known. */
  const firstLacking = (entry: PoolEntry, start: number): number | undefined => {
    for (let i = start; i < entry.spends.length; i++) if (spentOutput(entry, i) === undefined) return i;
    return undefined;
  };

  /** What keeps a transaction from being pending: a verdict, or the first input whose output is not known. */
  const obstacle = (entry: PoolEntry): Refused | number | undefined => {
    let lacks: number | undefined;
    for (const [i, { amount, owner }] of entry.transaction.body.inputs.entries()) {
      if (spentBy.has(entry.spends[i]!)) return REFUSALS.conflict;
      const found = spentOutput(entry, i);
      if (found === undefined) lacks ??= i;
      else if (found.amount !== amount || Buffer.compare(found.owner, owner) !== 0) return REFUSALS.falseStatement;
    }
    return lacks;
  };

  const isFull = (size: number): boolean => pending.size >= limits.transactions || pendingBytes + size > limits.bytes;

  const screen: Mempool['screen'] = (entry) => {
    const { name, transaction, size, from } = entry;
    if (pending.has(name) || waiting.get(name) !== undefined) return { status: 'known' };
    const checked = checkBody(transaction.body, context);
    if (!checked.valid) return reject(name, invalid(checked.rejection.code));
    const found = obstacle(entry);
    if (typeof found === 'object') return reject(name, found);
    if (!budgets.fits(from, size)) return REFUSALS.crowdedSender;
    if (isFull(size)) return REFUSALS.full;
    return { status: found === undefined ? 'ready' : 'lacking' };
  };

  const leave = (entry: PoolEntry, verdict: Refused): void => {
    budgets.release(entry.from, entry.size);
    reject(entry.name, verdict);
  };

  const makePending = (entry: PoolEntry): void => {
    pending.set(entry.name, entry);
    pendingBytes += entry.size;
    for (const key of entry.spends) spentBy.set(key, entry.name);
  };

  /** Takes those that waited for the outputs of a transaction out of the waiting room. */
  const released = (name: string, { outputs }: TransactionBody): Waiting[] => {
    const all: Waiting[] = [];
    for (let index = 0; index < outputs.length; index++) all.push(...waiting.release(outputKey(name, index)));
    return all;
  };

  /**
   * Finds the place of transactions that are in neither room, one after another, each before whatever waited for its
   * outputs. The search for unknown outputs goes on where it stopped before.
   */
  const settle = (entries: readonly Waiting[]): void => {
    const stack = [...entries].reverse();
    const made: PoolEntry[] = [];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { entry } = next;
      const found =
        firstLacking(entry, next.lacks) ?? obstacle(entry) ?? (isFull(entry.size) ? REFUSALS.full : undefined);
      if (typeof found === 'object') {
        leave(entry, found);
        continue;
      }
      if (found !== undefined) {
        for (const evicted of waiting.add({ entry, lacks: found })) leave(evicted, REFUSALS.crowdedOut);
        continue;
      }
      makePending(entry);
      made.push(entry);
      stack.push(...released(entry.name, entry.transaction.body).reverse());
    }
    if (made.length > 0) onPending(made);
  };

  const removePending = (entry: PoolEntry): void => {
    pending.delete(entry.name);
    pendingBytes -= entry.size;
    for (const key of entry.spends) spentBy.delete(key);
  };

  /** Evicts a transaction and all that spend what it would have made. */
  const evict = (rival: string): void => {
    const names = [rival];
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const entry = pending.get(name);
      if (entry === undefined) continue;
      removePending(entry);
      leave(entry, REFUSALS.overtaken);
      for (let index = 0; index < entry.transaction.body.outputs.length; index++) {
        const child = spentBy.get(outputKey(name, index));
        if (child !== undefined) names.push(child);
      }
    }
  };

  return {
    screen,
    add(entry) {
      const screened = screen(entry);
      if (screened.status !== 'ready' && screened.status !== 'lacking') return screened;
      const { name, from, size } = entry;
      budgets.charge(from, size);
      settle([{ entry, lacks: 0 }]);
      if (pending.has(name)) return { status: 'pending' };
      return waiting.get(name) === undefined ? rejections.get(name)! : { status: 'waiting' };
    },
    *ordered(maxBytes, maxTransactions) {
      let bytes = 0;
      let count = 0;
      for (const entry of pending.values()) {
        bytes += entry.size;
        count += 1;
        if (bytes > maxBytes || count > maxTransactions) return;
        yield entry;
      }
    },
    onDecided(transactions) {
      for (const { id, body } of transactions) {
        const name = nameOf(id);
        const entry = pending.get(name);
        if (entry !== undefined) removePending(entry);
        else
          for (const { outpoint } of body.inputs) {
            const rival = spentBy.get(outpointKey(outpoint));
            if (rival !== undefined) evict(rival);
          }
        const left = entry ?? waiting.remove(name);
        if (left !== undefined) budgets.release(left.from, left.size);
        rejections.delete(name);
      }
      // Only now, for what waited for one of these may be another of them.
      settle(transactions.flatMap(({ id, body }) => released(nameOf(id), body)));
    },
    status(id) {
      const name = nameOf(id);
      if (pending.has(name)) return { status: 'pending' };
      const found = waiting.get(name);
      if (found === undefined) return rejections.get(name);
      return { status: 'waiting', missing: found.entry.transaction.body.inputs[found.lacks]!.outpoint };
    },
    verified(id, { witnesses }) {
      const name = nameOf(id);
      const entry = pending.get(name) ?? waiting.get(name)?.entry;
      return entry?.transaction.witnesses.every((witness, i) => Buffer.compare(witness, witnesses[i]!) === 0) ?? false;
    },
    get size() {
      return pending.size;
    },
    counts: () => ({
      transactions: pending.size,
      bytes: pendingBytes,
      waiting: waiting.transactions,
      waitingBytes: waiting.bytes,
    }),
  };
};
