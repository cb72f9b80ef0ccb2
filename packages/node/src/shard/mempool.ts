import {
  type Context,
  checkBody,
  type OutPoint,
  type Output,
  outpointKey,
  type Transaction,
  type TransactionBody,
  type UtxoView,
} from '@ios/ledger';
import type { TransactionStatus } from '../service.ts';
import { createPendingRoom } from './pending-room.ts';
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
 * a pending transaction waits for it, within bounds; what has owners that nobody has seen waits until they are checked.
 * Of two that spend one output the first stays; a higher fee does not push anything out. In a full pool a sender takes
 * the room of the one that has the most, up to as much as that one has. What leaves without becoming final is remembered
 * as rejected, for a while; of these `pool-full` says nothing about the transaction: it may come again.
 */
export interface Mempool {
  /** The cheap checks, before anyone pays for its signatures. */
  screen(entry: PoolEntry): Screening;
  /** Takes a transaction whose signatures hold, and whatever waited for it; `checked` says that its owners are valid. */
  add(entry: PoolEntry, checked: boolean): Refused | { readonly status: 'known' | 'pending' | 'waiting' };
  /** The answer to `onUnchecked` for one transaction (by name): a refusal, or undefined where its owners are valid. */
  onChecked(name: string, refusal: Refused | undefined): void;
  /** Pending transactions, parents before children, until the next would exceed either bound. */
  ordered(maxBytes: number, maxTransactions: number): Iterable<PoolEntry>;
  /** These became final, and the view shows it: they leave, with whatever contradicts them and all that spends that. */
  onDecided(transactions: readonly { readonly id: Uint8Array; readonly body: TransactionBody }[]): void;
  /** A new epoch began: what has expired leaves, with all that spends it. */
  onEpoch(): void;
  status(id: Uint8Array): Extract<TransactionStatus, { status: 'pending' | 'waiting' | 'rejected' }> | undefined;
  /** What is known of this very transaction, witnesses included: that its signatures hold, or that its owners are valid too. */
  known(id: Uint8Array, transaction: Transaction): 'nothing' | 'signatures' | 'everything';
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
  /** Where transactions are to be valid: with the epoch of the next block. */
  readonly context: () => Context;
  readonly limits: MempoolLimits;
  /** What senders have here is charged to these. */
  readonly budgets: SenderBudgets;
  /** Whether the owners that a transaction would bring in are known to be valid. */
  hasKnownOwners(entry: PoolEntry): boolean;
  /** These could be pending but for their owners, which are to be checked at their senders' expense: see `onChecked`. */
  onUnchecked(entries: readonly PoolEntry[]): void;
  /** These became pending, parents before children, after the change that brought it about. */
  onPending(entries: readonly PoolEntry[]): void;
  /** One left without becoming final. */
  onRemoved?(verdict: Refused): void;
}

/** What becomes of a transaction whose last epoch is over. */
const EXPIRED: Refused = invalid('expired');

/** An empty pool. */
export const createMempool = (options: MempoolOptions): Mempool => {
  const { view, context, limits, budgets } = options;
  const pending = createPendingRoom({ transactions: limits.transactions, bytes: limits.bytes });
  const waiting = createWaitingRoom({ transactions: limits.waitingTransactions, bytes: limits.waitingBytes });
  const rejections = new Map<string, Refused>();

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
      if (pending.spender(entry.spends[i]!) !== undefined) return REFUSALS.conflict;
      const found = spentOutput(entry, i);
      if (found === undefined) lacks ??= i;
      else if (found.amount !== amount || Buffer.compare(found.owner, owner) !== 0) return REFUSALS.falseStatement;
    }
    return lacks;
  };

  const screen: Mempool['screen'] = (entry) => {
    const { name, transaction, size, from } = entry;
    if ((pending.get(name) ?? waiting.get(name)) !== undefined) return { status: 'known' };
    const checked = checkBody(transaction.body, context());
    if (!checked.valid) return reject(name, invalid(checked.rejection.code));
    const found = obstacle(entry);
    if (typeof found === 'object') return reject(name, found);
    if (!budgets.fits(from, size)) return REFUSALS.crowdedSender;
    if (pending.isFull(size) && pending.yielding(entry) === undefined) return REFUSALS.full;
    return { status: found === undefined ? 'ready' : 'lacking' };
  };

  const leave = (entry: PoolEntry, verdict: Refused): void => {
    budgets.release(entry.from, entry.size);
    reject(entry.name, verdict);
    options.onRemoved?.(verdict);
  };

  /** Takes those that waited for the outputs of a transaction out of the waiting room. */
  const released = (name: string, { outputs }: TransactionBody): Waiting[] => {
    const all: Waiting[] = [];
    for (let index = 0; index < outputs.length; index++) all.push(...waiting.release(outputKey(name, index)));
    return all;
  };

  /** Takes a pending transaction out, with all that spend what it would have made. */
  const evict = (first: string, verdict: Refused): void => {
    const names = [first];
    for (let name = names.pop(); name !== undefined; name = names.pop()) {
      const entry = pending.get(name);
      if (entry === undefined) continue;
      pending.remove(entry);
      leave(entry, verdict);
      for (let index = 0; index < entry.transaction.body.outputs.length; index++) {
        const child = pending.spender(outputKey(name, index));
        if (child !== undefined) names.push(child);
      }
    }
  };

  /** Whether there is room for a transaction, now that those who have more have made some. */
  const makeRoom = (entry: PoolEntry): boolean => {
    while (pending.isFull(entry.size)) {
      const victim = pending.yielding(entry);
      if (victim === undefined) return false;
      evict(victim.name, REFUSALS.madeRoom);
    }
    return true;
  };

  const wait = (one: Waiting): void => {
    for (const evicted of waiting.add(one)) leave(evicted, REFUSALS.crowdedOut);
  };

  /**
   * Finds the place of transactions that are in neither room, one after another, each before whatever waited for its
   * outputs. The search for unknown outputs goes on where it stopped before.
   */
  const settle = (entries: readonly Waiting[]): void => {
    const stack = [...entries].reverse();
    const made: PoolEntry[] = [];
    const unchecked: PoolEntry[] = [];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { entry, checked } = next;
      const found = firstLacking(entry, next.lacks ?? 0) ?? obstacle(entry);
      if (typeof found === 'object') leave(entry, found);
      else if (found !== undefined) wait({ entry, lacks: found, checked });
      else if (!checked && !options.hasKnownOwners(entry)) {
        wait({ entry, lacks: undefined, checked });
        unchecked.push(entry);
      } else if (pending.isFull(entry.size)) {
        // Among what made room may be a parent: then this one has to wait for it.
        if (makeRoom(entry)) stack.push({ entry, lacks: 0, checked: true });
        else leave(entry, REFUSALS.full);
      } else {
        pending.add(entry);
        made.push(entry);
        stack.push(...released(entry.name, entry.transaction.body).reverse());
      }
    }
    const stayed = made.filter(({ name }) => pending.get(name) !== undefined);
    if (stayed.length > 0) options.onPending(stayed);
    if (unchecked.length > 0) options.onUnchecked(unchecked);
  };

  /** Where one stands that is here: what only waits for its owners to be checked is as good as pending. */
  const standing = (name: string): { status: 'pending' } | { status: 'waiting'; missing: OutPoint } | undefined => {
    if (pending.get(name) !== undefined) return { status: 'pending' };
    const found = waiting.get(name);
    if (found === undefined) return undefined;
    if (found.lacks === undefined) return { status: 'pending' };
    return { status: 'waiting', missing: found.entry.transaction.body.inputs[found.lacks]!.outpoint };
  };

  return {
    screen,
    add(entry, checked) {
      const screened = screen(entry);
      if (screened.status !== 'ready' && screened.status !== 'lacking') return screened;
      const { name, from, size } = entry;
      budgets.charge(from, size);
      settle([{ entry, lacks: 0, checked }]);
      const found = standing(name);
      return found === undefined ? rejections.get(name)! : { status: found.status };
    },
    onChecked(name, refusal) {
      if (waiting.get(name)?.lacks !== undefined) return;
      const entry = waiting.remove(name);
      if (entry === undefined) return;
      if (refusal === undefined) settle([{ entry, lacks: 0, checked: true }]);
      else leave(entry, refusal);
    },
    *ordered(maxBytes, maxTransactions) {
      let bytes = 0;
      let count = 0;
      for (const entry of pending.entries()) {
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
        if (entry !== undefined) pending.remove(entry);
        else
          for (const { outpoint } of body.inputs) {
            const rival = pending.spender(outpointKey(outpoint));
            if (rival !== undefined) evict(rival, REFUSALS.overtaken);
          }
        const left = entry ?? waiting.remove(name);
        if (left !== undefined) budgets.release(left.from, left.size);
        rejections.delete(name);
      }
      // Only now, for what waited for one of these may be another of them.
      settle(transactions.flatMap(({ id, body }) => released(nameOf(id), body)));
    },
    onEpoch() {
      const { epoch } = context();
      const hasExpired = ({ transaction }: PoolEntry): boolean => transaction.body.expiry < epoch;
      for (const { name } of [...pending.entries()].filter(hasExpired)) evict(name, EXPIRED);
      for (const entry of waiting.entries().filter(hasExpired)) {
        waiting.remove(entry.name);
        leave(entry, EXPIRED);
      }
    },
    status(id) {
      const name = nameOf(id);
      return standing(name) ?? rejections.get(name);
    },
    known(id, { witnesses }) {
      const name = nameOf(id);
      const entry = pending.get(name);
      const here = entry ?? waiting.get(name)?.entry;
      if (!here?.transaction.witnesses.every((witness, i) => Buffer.compare(witness, witnesses[i]!) === 0))
        return 'nothing';
      return entry === undefined ? 'signatures' : 'everything';
    },
    get size() {
      return pending.transactions;
    },
    counts: () => ({
      transactions: pending.transactions,
      bytes: pending.bytes,
      waiting: waiting.transactions,
      waitingBytes: waiting.bytes,
    }),
  };
};
