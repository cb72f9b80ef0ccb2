import {
  type AtomixOverlay,
  createAtomixOverlay,
  cursorLeaves,
  executeEntry,
  type Leaf,
  outboxOf,
  outboxRoot,
  type Parties,
  type ShardContext,
  type VerifiedEntry,
} from '@ios/atomix';
import { encodeCertificate, type Parent } from '@ios/bft';
import { encodeShardEntry, type ShardEntry } from '@ios/client/epochs';
import type { Hasher } from '@ios/crypto/merkle';
import { assembleBlock, blockHash, HEADER_BYTES, type Transaction } from '@ios/ledger';
import type { ReadyEntry } from '../carriage/ready.ts';
import type { ChainHead } from './chain-store.ts';
import type { ShardView } from './execution.ts';
import type { Mempool } from './mempool.ts';
import { nextPosition } from './position.ts';
import type { KnownBlock, KnownEntry, Values } from './values.ts';

/** What a block is built from. */
export interface Building {
  readonly head: ChainHead;
  readonly view: ShardView;
  readonly mempool: Pick<Mempool, 'ordered' | 'size'>;
  /** What is to be done about transactions of several shards; what does not fit is left out. */
  readonly decisions: Iterable<ReadyEntry>;
  readonly parent: Parent | undefined;
  /** Index of the proposer in the committee. */
  readonly proposer: number;
  readonly context: ShardContext;
  /** What the block says of its epoch; the last of an epoch says nothing else. */
  readonly epochEntry: { readonly entry: ShardEntry | undefined; readonly isLast: boolean };
  readonly limits: { readonly blockBytes: number; readonly blockTransactions: number };
  readonly hasher: Hasher;
}

/** Bytes of a block beside its transactions, its certificate and its entries: the header, a length and two counts. */
const FRAME_BYTES: number = HEADER_BYTES + 2 + 2 + 2;
/** Bytes of the length before an entry. */
const LENGTH_BYTES = 4;

/**
 * So many credits wait for one shard before no honest proposer adds to them: a shard that has stopped, or lags, does not fill the
 * state of the others. What would pay into it stays pending meanwhile, or expires.
 */
export const MAX_QUEUED = 65_536n;

/**
 * A block on the head, with as many decisions, then as many pending transactions, as are valid one after another and fit.
 * Decisions come first: they free and make outputs, and others wait for them; but once they fill half of a block, the rest is
 * for transactions, if there are any: what other shards send does not keep those of this one out. Transactions with credits for
 * a shard that has too many to apply are left out, and take no room.
 */
export const buildBlock = (building: Building, values: Values): KnownBlock => {
  const { head, view, mempool, parent, proposer, context, limits, hasher } = building;
  const { entry: first, isLast } = building.epochEntry;
  const certificate = parent === undefined ? new Uint8Array(0) : encodeCertificate(parent.certificate);
  const overlay = createAtomixOverlay(view, (owner) => context.place(owner) === context.shard);
  const leaves: Leaf[] = [];
  const execute = (entry: VerifiedEntry): boolean => {
    const executed = executeEntry(overlay, entry, context);
    if (executed.valid) leaves.push(...executed.leaves);
    return executed.valid;
  };

  const entries: KnownEntry[] = first === undefined ? [] : [{ entry: first, verified: undefined }];
  const encoded: Uint8Array[] = first === undefined ? [] : [encodeShardEntry(first)];
  let room = limits.blockBytes - FRAME_BYTES - certificate.length - sizeOf(encoded);
  const kept = mempool.size > 0 ? Math.floor(room / 2) : 0;
  for (const decision of isLast ? [] : building.decisions) {
    if (entries.length > limits.blockTransactions || room < kept) break;
    const { entry, verified, bytes } = decision;
    if (LENGTH_BYTES + bytes.length > room || !execute(verified)) continue;
    room -= LENGTH_BYTES + bytes.length;
    entries.push({ entry: { kind: 'atomix', entry }, verified });
    encoded.push(bytes);
  }

  const transactions: Transaction[] = [];
  const ids: Uint8Array[] = [];
  const isCrowded = (receiver: number): boolean => {
    const { first, end } = overlay.span(receiver);
    return end - first >= MAX_QUEUED;
  };
  for (const { transaction, id, parties, size } of isLast ? [] : mempool.ordered()) {
    if (size > room || ids.length === limits.blockTransactions) break;
    if (receiversOf(parties).some(isCrowded)) continue;
    if (!execute({ kind: 'transaction', body: transaction.body })) continue;
    room -= size;
    transactions.push(transaction);
    ids.push(id);
  }

  const block = assembleBlock(
    { ...nextPosition(head, context, proposer), outboxRoot: rootOf(overlay, leaves, hasher) },
    certificate,
    transactions,
    hasher,
    encoded,
  );
  return values.encode(block, blockHash(block.header, hasher), ids, entries);
};

/** The shards that a transaction pays into and that do not vote on it. */
const receiversOf = ({ voters, participants }: Parties): readonly number[] =>
  voters.length === participants.length ? [] : participants.filter((shard) => !voters.includes(shard));

const rootOf = (overlay: AtomixOverlay, leaves: readonly Leaf[], hasher: Hasher): Uint8Array =>
  outboxRoot(outboxOf([...leaves, ...cursorLeaves(overlay)]), hasher);

const sizeOf = (entries: readonly Uint8Array[]): number =>
  entries.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0);
