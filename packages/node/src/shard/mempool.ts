import {
  type Block,
  type Context,
  checkBody,
  type Delta,
  decodeOutPoint,
  OUTPUT_TABLE,
  type OutPoint,
  outpointKey,
  type Transaction,
  type TransactionBody,
} from '@ios/ledger';
import type { TransactionStatus } from '../service.ts';
import { createObstacles, type PoolView } from './obstacles.ts';
import { createPendingRoom } from './pending-room.ts';
import { nameOf, type PoolEntry } from './pool-entry.ts';
import { invalid, REFUSALS, type Refused } from './refusal.ts';
import type { SenderBudgets } from './sender-budgets.ts';
import { createSettlement } from './settlement.ts';
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

/**
 * What is seen of a transaction at first sight: `ready` could be pending, `contested` could be, to be rejected; `lacking`
 * would have to wait for an output; `elsewhere` is for other shards alone.
 */
export type Screening =
  | Refused
  | { readonly status: 'known' }
  | { readonly status: 'ready' | 'contested' | 'lacking' | 'elsewhere' };

/** What a block did that became final here. */
export interface Decided {
  readonly known: { readonly block: Pick<Block, 'transactions'>; readonly ids: readonly Uint8Array[] };
  readonly delta: Delta;
}

/**
 * The transactions that a node knows, in which its shard has a vote, and that no block of the shard holds yet. What spends
 * an output of this shard that is neither final nor made by a pending transaction of which this shard is the only voter
 * waits for it, within bounds; what has owners that nobody has seen waits until they are checked. Of two that spend one
 * output the first stays; a higher fee does not push anything out. In a full pool a sender takes the room of the one that
 * has the most, up to as much as that one has. What this shard could only reject is refused, unless it is contested: then
 * it is pending and spends nothing. What leaves without coming into a block is remembered as rejected, for a while; of
 * these `pool-full` says nothing about the transaction: it may come again.
 */
export interface Mempool {
  /** The cheap checks, before anyone pays for its signatures. */
  screen(entry: PoolEntry): Screening;
  /** Takes a transaction whose signatures hold, and whatever waited for it; `checked` says that its owners are valid. */
  add(entry: PoolEntry, checked: boolean): Refused | { readonly status: 'known' | 'pending' | 'waiting' };
  /** The answer to `onUnchecked` for one transaction (by name): a refusal, or undefined where its owners are valid. */
  onChecked(name: string, refusal: Refused | undefined): void;
  /** Pending transactions, parents before children. */
  ordered(): Iterable<PoolEntry>;
  /**
   * A block became final, and the view shows it: its transactions leave, whatever the verdict on them, with what spends
   * the same and all that spends that; whatever waits for an output that the block made goes on.
   */
  onDecided(decided: Decided): void;
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
  readonly view: PoolView;
  /** Where transactions are to be valid: with the epoch of the next block. */
  readonly context: () => Context;
  readonly limits: MempoolLimits;
  /** What senders have here is charged to these. */
  readonly budgets: SenderBudgets;
  /** Whether another voter is shown to have accepted a transaction (id, 32 bytes): then a vote to reject it is of use. */
  isContested(id: Uint8Array): boolean;
  /** Whether the owners that a transaction would bring in are known to be valid. */
  hasKnownOwners(entry: PoolEntry): boolean;
  /** These could be pending but for their owners, which are to be checked at their senders' expense: see `onChecked`. */
  onUnchecked(entries: readonly PoolEntry[]): void;
  /** These became pending, parents before children, after the change that brought it about. */
  onPending(entries: readonly PoolEntry[]): void;
  /** One left without coming into a block. */
  onRemoved?(verdict: Refused): void;
}

/** What becomes of a transaction whose last epoch is over. */
const EXPIRED: Refused = invalid('expired');

/** An empty pool. */
export const createMempool = (options: MempoolOptions): Mempool => {
  const { view, context, limits, budgets } = options;
  const pending = createPendingRoom({ transactions: limits.transactions, bytes: limits.bytes });
  const waiting = createWaitingRoom({ transactions: limits.waitingTransactions, bytes: limits.waitingBytes });
  const obstacles = createObstacles(view, pending, options.isContested);
  const rejections = new Map<string, Refused>();

  const reject = (name: string, verdict: Refused): Refused => {
    rejections.delete(name);
    rejections.set(name, verdict);
    if (rejections.size > limits.rejections) rejections.delete(rejections.keys().next().value!);
    return verdict;
  };

  const leave = (entry: PoolEntry, verdict: Refused): void => {
    budgets.release(entry.from, entry.size);
    reject(entry.name, verdict);
    options.onRemoved?.(verdict);
  };

  const { settle, evict } = createSettlement({ ...options, pending, waiting, obstacles, leave });

  const screen: Mempool['screen'] = (entry) => {
    const { name, transaction, inputs, size, from } = entry;
    if (pending.get(name) !== undefined) return { status: 'known' };
    if (waiting.get(name) !== undefined) {
      reconsider(name);
      return { status: 'known' };
    }
    const checked = checkBody(transaction.body, context());
    if (!checked.valid) return reject(name, invalid(checked.rejection.code));
    const contested = obstacles.isToReject(entry);
    const found = contested ? undefined : obstacles.of(entry);
    if (typeof found === 'object') return reject(name, found);
    if (!budgets.fits(from, size)) return REFUSALS.crowdedSender;
    if (inputs.length === 0) return { status: 'elsewhere' };
    if (pending.isFull(size) && pending.yielding(entry) === undefined) return REFUSALS.full;
    if (contested) return { status: 'contested' };
    return { status: found === undefined ? 'ready' : 'lacking' };
  };

  /** Looks again at one that waits for an output: it may be one to reject by now. */
  const reconsider = (name: string): void => {
    const { entry, lacks, checked } = waiting.get(name)!;
    if (lacks === undefined || !obstacles.isToReject(entry)) return;
    waiting.remove(name);
    settle([{ entry, lacks: 0, checked }]);
  };

  /**
   * Takes out what pending transactions spend no more because others did. One that another shard waits for may still be
   * rejected: it is returned.
   */
  const displaced = (bodies: readonly TransactionBody[]): Waiting[] => {
    const all: Waiting[] = [];
    for (const { inputs } of bodies)
      for (const { outpoint } of inputs) {
        const key = outpointKey(outpoint);
        const name = pending.spender(key);
        // One that was rejected has spent nothing.
        if (name === undefined || obstacles.isThere(outpoint, key)) continue;
        const entry = pending.get(name)!;
        if (obstacles.isToReject(entry)) {
          pending.remove(entry);
          all.push({ entry, lacks: 0, checked: true });
        } else evict(name, REFUSALS.overtaken);
      }
    return all;
  };

  /** Takes those that waited for what a block made out of the waiting room. */
  const releasedIn = (delta: Delta): Waiting[] => {
    const all: Waiting[] = [];
    if (waiting.transactions === 0) return all;
    for (const { table, key, new: output } of delta)
      if (table === OUTPUT_TABLE && output !== undefined)
        all.push(...waiting.release(outpointKey(decodeOutPoint(key))));
    return all;
  };

  /** Where one stands that is here: what only waits for its owners to be checked is as good as pending. */
  const standing = (name: string): { status: 'pending' } | { status: 'waiting'; missing: OutPoint } | undefined => {
    if (pending.get(name) !== undefined) return { status: 'pending' };
    const found = waiting.get(name);
    if (found === undefined) return undefined;
    if (found.lacks === undefined) return { status: 'pending' };
    return { status: 'waiting', missing: found.entry.inputs[found.lacks]!.outpoint };
  };

  return {
    screen,
    add(entry, checked) {
      const screened = screen(entry);
      if (screened.status === 'rejected' || screened.status === 'known') return screened;
      if (screened.status === 'elsewhere') return REFUSALS.notHere;
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
    ordered: pending.entries,
    onDecided({ known: { block, ids }, delta }) {
      const unknown: TransactionBody[] = [];
      for (const [i, { body }] of block.transactions.entries()) {
        const name = nameOf(ids[i]!);
        const entry = pending.get(name);
        if (entry === undefined) unknown.push(body);
        else pending.remove(entry);
        const left = entry ?? waiting.remove(name);
        if (left !== undefined) budgets.release(left.from, left.size);
        rejections.delete(name);
      }
      // Only now, for two that spend the same may be in one block, and so may one that waited and its parent.
      const turned = displaced(unknown);
      for (const entry of [...pending.rejects()])
        if (!obstacles.isRejectable(entry)) evict(entry.name, REFUSALS.overtaken);
      settle([...turned, ...releasedIn(delta)]);
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
