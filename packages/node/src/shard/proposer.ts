import { encodeCertificate, type Parent } from '@ios/bft';
import type { Hasher } from '@ios/crypto/merkle';
import {
  applyBody,
  assembleBlock,
  blockHash,
  type Context,
  createOverlay,
  HEADER_BYTES,
  type LedgerView,
  type Transaction,
} from '@ios/ledger';
import type { ChainHead } from './chain-store.ts';
import type { Mempool } from './mempool.ts';
import { nextPosition } from './position.ts';
import type { KnownBlock, Values } from './values.ts';

/** What a block is built from. */
export interface Building {
  readonly head: ChainHead;
  readonly state: LedgerView;
  readonly mempool: Mempool;
  readonly parent: Parent | undefined;
  /** Index of the proposer in the committee. */
  readonly proposer: number;
  readonly context: Context;
  /** What the block says beside its transactions; the last of an epoch has none of these. */
  readonly entries: { readonly entries: readonly Uint8Array[]; readonly isLast: boolean };
  readonly limits: { readonly blockBytes: number; readonly blockTransactions: number };
  readonly hasher: Hasher;
}

/** Bytes of a block beside its transactions, its certificate and its entries: the header, a length and two counts. */
const FRAME_BYTES: number = HEADER_BYTES + 2 + 2 + 2;

/** A block on the head, with as many pending transactions as are valid one after another and fit. */
export const buildBlock = (building: Building, values: Values): KnownBlock => {
  const { head, state, mempool, parent, proposer, context, limits, hasher } = building;
  const { entries, isLast } = building.entries;
  const certificate = parent === undefined ? new Uint8Array(0) : encodeCertificate(parent.certificate);
  const said = entries.reduce((sum, entry) => sum + 4 + entry.length, 0);
  const room = limits.blockBytes - FRAME_BYTES - certificate.length - said;
  const overlay = createOverlay(state);
  const transactions: Transaction[] = [];
  const ids: Uint8Array[] = [];
  for (const { transaction, id } of mempool.ordered(room, isLast ? 0 : limits.blockTransactions)) {
    if (!applyBody(overlay, transaction.body, context).valid) continue;
    transactions.push(transaction);
    ids.push(id);
  }
  const block = assembleBlock(
    nextPosition(head, context, hasher, proposer),
    certificate,
    transactions,
    hasher,
    entries,
  );
  return values.encode(block, blockHash(block.header, hasher), ids);
};
