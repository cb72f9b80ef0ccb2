import type { Block } from './block.ts';
import {
  cursorOver,
  finish,
  malformed,
  putBytes,
  putU16,
  putU32,
  receive,
  takeBytes,
  takeU16,
  takeU32,
} from './cursor.ts';
import { LedgerError } from './error.ts';
import { decodeHeader, encodeHeader, HEADER_BYTES } from './header.ts';
import type { Transaction } from './transaction.ts';
import { putTransaction, takeTransaction, transactionBytes } from './transaction-codec.ts';

/** Bytes of the longest block, 4 MiB. */
export const MAX_BLOCK_BYTES: number = 4 * 1024 * 1024;
/** The most transactions in a block. */
export const MAX_BLOCK_TRANSACTIONS = 16_384;

/** The one encoding of a block, `blockWire`; throws `out-of-range` for what has none or is above a bound. */
export function encodeBlock({ header, certificate, transactions, entries }: Block): Uint8Array {
  const count = transactions.length;
  if (count > MAX_BLOCK_TRANSACTIONS) throw new LedgerError('out-of-range', `a block of ${count} transactions`);
  let size = HEADER_BYTES + 2 + certificate.length + 2 + 2;
  for (const transaction of transactions) size += transactionBytes(transaction);
  for (const entry of entries) size += 4 + entry.length;
  if (size > MAX_BLOCK_BYTES) throw new LedgerError('out-of-range', `a block of ${size} bytes`);
  const cursor = cursorOver(new Uint8Array(size));
  putBytes(cursor, encodeHeader(header), HEADER_BYTES, 'header');
  putU16(cursor, certificate.length, 'bytes of the certificate');
  putBytes(cursor, certificate, certificate.length, 'certificate');
  putU16(cursor, count, 'transactions');
  for (const transaction of transactions) putTransaction(cursor, transaction);
  putU16(cursor, entries.length, 'entries');
  for (const entry of entries) {
    putU32(cursor, entry.length, 'bytes of an entry');
    putBytes(cursor, entry, entry.length, 'entry');
  }
  return cursor.bytes;
}

/**
 * The block that `bytes` encode; it shares no memory with them. Throws `malformed` for what `encodeBlock` never makes.
 * Whether the contents are those of the header is `bindBlock`'s question.
 */
export const decodeBlock = (bytes: Uint8Array): Block => parseBlock(bytes).block;

/** A block and, for its tree, the bytes of each transaction. */
export function parseBlock(bytes: Uint8Array): { readonly block: Block; readonly leaves: readonly Uint8Array[] } {
  const cursor = receive(bytes, MAX_BLOCK_BYTES, 'block');
  const header = decodeHeader(takeBytes(cursor, HEADER_BYTES));
  const certificate = takeBytes(cursor, takeU16(cursor));
  const count = takeU16(cursor);
  if (count > MAX_BLOCK_TRANSACTIONS) throw malformed(cursor, `${count} transactions`);
  const transactions: Transaction[] = [];
  const leaves: Uint8Array[] = [];
  while (transactions.length < count) {
    const start = cursor.offset;
    transactions.push(takeTransaction(cursor));
    leaves.push(cursor.bytes.subarray(start, cursor.offset));
  }
  const entries: Uint8Array[] = [];
  for (let left = takeU16(cursor); left > 0; left--) entries.push(takeBytes(cursor, takeU32(cursor)));
  finish(cursor);
  return { block: { header, certificate, transactions, entries }, leaves };
}
