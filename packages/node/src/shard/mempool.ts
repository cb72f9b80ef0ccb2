import {
  checkBody,
  type Context,
  type OutPoint,
  type Output,
  outpointKey,
  type Transaction,
  type TransactionBody,
  type UtxoView,
} from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { TransactionStatus } from '../service.ts';
import { createWaitingRoom } from './waiting-room.ts';

/** A transaction in the pool; its signatures were verified before it came in. */
export interface PoolEntry {
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
  readonly transaction: Transaction;
  /** In atomic units. */
  readonly fee: bigint;
  /** Who sent it here. */
  readonly from: string;
}

/** Bounds of a pool: numbers of transactions and their bytes. */
export interface MempoolLimits {
  readonly transactions: number;
  readonly bytes: number;
  readonly waitingTransactions: number;
  readonly waitingBytes: number;
  /** What one sender may have in the pool, pending and waiting. */
  readonly perPeerTransactions: number;
  readonly perPeerBytes: number;
  /** How many verdicts on rejected transactions are remembered. */
  readonly rejections: number;
}

/** A refusal: only some are remembered as a verdict on the transaction, see {@link Mempool}. */
export interface Refused {
  readonly status: 'rejected';
  readonly code: string;
  readonly message: string;
}

/**
 * The transactions that a node knows and no block holds yet. What spends an output that is neither final nor made by
 * a pending transaction waits for it, within bounds. Of two that spend one output the first stays; a higher fee does not
 * push anything out. `pool-full` and `peer-budget` say nothing about a transaction: its sender may try again.
 */
export interface Mempool {
  /** The cheap checks, before anyone pays for its signatures; undefined for a transaction that is worth verifying. */
  screen(transaction: Transaction, id: Uint8Array, bytes: Uint8Array, from: string): Refused | { readonly status: 'known' } | undefined;
  /** Takes a transaction whose signatures hold, and whatever waited for it. */
  add(transaction: Transaction, id: Uint8Array, bytes: Uint8Array, from: string): Refused | { readonly status: 'pending' | 'waiting' | 'known' };
  /** Pending transactions, parents before children, until the next would exceed either bound. */
  ordered(maxBytes: number, maxTransactions: number): Iterable<PoolEntry>;
  /** These became final, and the view shows it: they leave, with whatever contradicts them and all that spends that. */
  onDecided(transactions: readonly { readonly id: Uint8Array; readonly body: TransactionBody }[]): void;
  status(id: Uint8Array): Exclude<TransactionStatus, { status: 'final' | 'unknown' }> | undefined;
  /** Whether this very transaction, witnesses included, is here. */
  verified(id: Uint8Array, transaction: Transaction): boolean;
  /** How many are pending. */
  readonly size: number;
  counts(): { readonly transactions: number; readonly bytes: number; readonly waiting: number };
}

/** What a pool is made of: `view` is the live state of the head. */
export interface MempoolOptions {
  readonly view: UtxoView;
  readonly context: Context;
  readonly limits: MempoolLimits;
}

const refused = (code: string, message: string): Refused => ({ status: 'rejected', code, message });

/** An empty pool. */
export const createMempool = ({ view, context, limits }: MempoolOptions): Mempool => {
  /** Insertion order is topological: a child is admitted after its parents. */
  const pending = new Map<string, PoolEntry>();
  const spentBy = new Map<string, string>();
  const waiting = createWaitingRoom();
  const rejections = new Map<string, Refused>();
  const senders = new Map<string, { transactions: number; bytes: number }>();
  let pendingBytes = 0;

  const charge = (from: string, transactions: number, bytes: number): void => {
    const sum = senders.get(from) ?? { transactions: 0, bytes: 0 };
    sum.transactions += transactions;
    sum.bytes += bytes;
    if (sum.transactions === 0) senders.delete(from);
    else senders.set(from, sum);
  };

  const reject = (name: string, verdict: Refused): Refused => {
    rejections.delete(name);
    rejections.set(name, verdict);
    if (rejections.size > limits.rejections) rejections.delete(rejections.keys().next().value!);
    return verdict;
  };

  const outputOf = ({ id, index }: OutPoint): Output | undefined =>
    pending.get(bytesToHex(id))?.transaction.body.outputs[index];

  /** What keeps a body from being pending: a verdict, or the first output that is not known. */
  const obstacle = (body: TransactionBody): Refused | { readonly missing: OutPoint } | undefined => {
    let missing: OutPoint | undefined;
    for (const { outpoint, amount, owner } of body.inputs) {
      const key = outpointKey(outpoint);
      if (spentBy.has(key)) return refused('conflict', 'a pending transaction spends the same output');
      const found = view.get(outpoint, key) ?? outputOf(outpoint);
      if (found === undefined) missing ??= outpoint;
      else if (found.amount !== amount || bytesToHex(found.owner) !== bytesToHex(owner))
        return refused('false-statement', 'an output that it spends has another amount or owner than it states');
    }
    return missing && { missing };
  };

  const known = (name: string): boolean => pending.has(name) || waiting.get(name) !== undefined;

  const overBudget = (bytes: Uint8Array, from: string): Refused | undefined => {
    const sum = senders.get(from);
    if (
      (sum?.transactions ?? 0) + 1 > limits.perPeerTransactions ||
      (sum?.bytes ?? 0) + bytes.length > limits.perPeerBytes
    )
      return refused('peer-budget', 'this sender has too much in the pool; try again when some of it is final');
    if (pending.size + 1 > limits.transactions || pendingBytes + bytes.length > limits.bytes)
      return refused('pool-full', 'the pool is full; try again later');
    return undefined;
  };

  const screen: Mempool['screen'] = ({ body }, id, bytes, from) => {
    const name = bytesToHex(id);
    if (known(name)) return { status: 'known' };
    const checked = checkBody(body, context);
    if (!checked.valid) return reject(name, refused(checked.rejection.code, `the transaction is not valid: ${checked.rejection.code}`));
    const blocked = obstacle(body);
    if (blocked !== undefined && 'status' in blocked) return reject(name, blocked);
    return overBudget(bytes, from);
  };

  const makePending = (name: string, entry: PoolEntry): void => {
    pending.set(name, entry);
    pendingBytes += entry.bytes.length;
    for (const { outpoint } of entry.transaction.body.inputs) spentBy.set(outpointKey(outpoint), name);
  };

  const makeWaiting = (name: string, entry: PoolEntry, missing: OutPoint): void => {
    waiting.add(name, entry, missing, outpointKey(missing));
    while (waiting.size > limits.waitingTransactions || waiting.bytes > limits.waitingBytes)
      leave(waiting.remove(waiting.oldestOfBusiest()!)!);
  };

  const leave = (entry: PoolEntry): void => charge(entry.from, -1, -entry.bytes.length);

  /** Places an entry that is in neither room, and then whatever waited for its outputs, and so on. */
  const settle = (first: PoolEntry[]): void => {
    for (let entry = first.pop(); entry !== undefined; entry = first.pop()) {
      const name = bytesToHex(entry.id);
      const { body } = entry.transaction;
      const blocked = obstacle(body);
      if (blocked === undefined) {
        makePending(name, entry);
        first.push(...released(entry.id, body.outputs.length));
      } else if ('missing' in blocked) makeWaiting(name, entry, blocked.missing);
      else {
        reject(name, blocked);
        leave(entry);
      }
    }
  };

  /** Takes those that waited for the outputs of a transaction out of the waiting room, the last to come first. */
  const released = (id: Uint8Array, outputs: number): PoolEntry[] => {
    const entries: PoolEntry[] = [];
    for (let index = 0; index < outputs; index++)
      for (const name of waiting.lacking(outpointKey({ id, index }))) entries.push(waiting.remove(name)!);
    return entries.reverse();
  };

  const removePending = (name: string, entry: PoolEntry): void => {
    pending.delete(name);
    pendingBytes -= entry.bytes.length;
    leave(entry);
    for (const { outpoint } of entry.transaction.body.inputs) spentBy.delete(outpointKey(outpoint));
  };

  /** Evicts a transaction and all that spend what it would have made. */
  const evict = (first: string): void => {
    const names = [first];
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const entry = pending.get(name);
      if (entry === undefined) continue;
      for (let index = 0; index < entry.transaction.body.outputs.length; index++) {
        const child = spentBy.get(outpointKey({ id: entry.id, index }));
        if (child !== undefined) names.push(child);
      }
      removePending(name, entry);
      reject(name, refused('conflict', 'a final transaction spends the same output, or one that it depends on'));
    }
  };

  return {
    screen,
    add(transaction, id, bytes, from) {
      const screened = screen(transaction, id, bytes, from);
      if (screened !== undefined) return screened;
      const name = bytesToHex(id);
      const checked = checkBody(transaction.body, context);
      const fee = checked.valid ? checked.fee : 0n;
      rejections.delete(name);
      charge(from, 1, bytes.length);
      settle([{ id, bytes, transaction, fee, from }]);
      if (pending.has(name)) return { status: 'pending' };
      return waiting.get(name) === undefined
        ? refused('pool-full', 'too much waits for unknown outputs; send its parents first')
        : { status: 'waiting' };
    },
    *ordered(maxBytes, maxTransactions) {
      let bytes = 0;
      let count = 0;
      for (const entry of pending.values()) {
        bytes += entry.bytes.length;
        count += 1;
        if (bytes > maxBytes || count > maxTransactions) return;
        yield entry;
      }
    },
    onDecided(transactions) {
      const freed: PoolEntry[] = [];
      for (const { id, body } of transactions) {
        const name = bytesToHex(id);
        const entry = pending.get(name);
        if (entry !== undefined) removePending(name, entry);
        else {
          const waited = waiting.remove(name);
          if (waited !== undefined) leave(waited);
          for (const { outpoint } of body.inputs) {
            const rival = spentBy.get(outpointKey(outpoint));
            if (rival !== undefined) evict(rival);
          }
        }
        rejections.delete(name);
        freed.push(...released(id, body.outputs.length));
      }
      settle(freed.reverse());
    },
    status(id) {
      const name = bytesToHex(id);
      if (pending.has(name)) return { status: 'pending' };
      const found = waiting.get(name);
      return found === undefined ? rejections.get(name) : { status: 'waiting', missing: found.missing };
    },
    verified(id, { witnesses }) {
      const name = bytesToHex(id);
      const entry = pending.get(name) ?? waiting.get(name)?.entry;
      return (
        entry !== undefined &&
        entry.transaction.witnesses.every((witness, i) => bytesToHex(witness) === bytesToHex(witnesses[i]!))
      );
    },
    get size() {
      return pending.size;
    },
    counts: () => ({ transactions: pending.size, bytes: pendingBytes, waiting: waiting.size }),
  };
};
