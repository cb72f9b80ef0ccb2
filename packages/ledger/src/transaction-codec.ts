import {
  type Cursor,
  cursorOver,
  finish,
  malformed,
  putBytes,
  putU8,
  putU32,
  receive,
  takeBytes,
  takeU8,
  takeU32,
  takeU64,
} from './cursor.ts';
import { LedgerError } from './error.ts';
import { OUTPOINT_BYTES, putOutPoint, takeOutPoint } from './outpoint.ts';
import { OUTPUT_BYTES, putOutput, takeOutput } from './output.ts';
import { inputOwners } from './owners.ts';
import {
  type Input,
  MAX_INPUTS,
  MAX_OUTPUTS,
  type Output,
  type Transaction,
  type TransactionBody,
} from './transaction.ts';

const INPUT_BYTES = OUTPOINT_BYTES + OUTPUT_BYTES;
const WITNESS_BYTES = 64;
/** Chain, kind, expiry and the two counts. */
const FRAME_BYTES = 32 + 1 + 4 + 1 + 1;
const TRANSFER = 0;

/** Bytes of the longest transaction: 256 inputs of 256 owners, 256 outputs, 256 witnesses. */
export const MAX_TRANSACTION_BYTES: number =
  FRAME_BYTES + MAX_INPUTS * (INPUT_BYTES + WITNESS_BYTES) + MAX_OUTPUTS * OUTPUT_BYTES;

/**
 * The one encoding of a transaction, `transactionWire`; throws `out-of-range` for what has none (a count outside 1..256,
 * an amount above u64, a wrong length, witnesses that are not one for each distinct owner).
 */
export function encodeTransaction(transaction: Transaction): Uint8Array {
  const cursor = cursorOver(new Uint8Array(transactionBytes(transaction)));
  putTransaction(cursor, transaction);
  return cursor.bytes;
}

/**
 * The transaction that `bytes` encode; the result shares no memory with them. Throws `malformed` for anything that
 * `encodeTransaction` does not make. Rules about values (zero amounts, repeated inputs, sums) are `checkBody`'s.
 */
export function decodeTransaction(bytes: Uint8Array): Transaction {
  const cursor = receive(bytes, MAX_TRANSACTION_BYTES, 'transaction');
  const transaction = takeTransaction(cursor);
  finish(cursor);
  return transaction;
}

/** The one encoding of a body, `bodyWire`; throws `out-of-range` as `encodeTransaction` does. */
export function encodeBody(body: TransactionBody): Uint8Array {
  const cursor = cursorOver(new Uint8Array(bodyBytes(body)));
  putBody(cursor, body);
  return cursor.bytes;
}

/** Bytes of the encoded body. */
export const bodyBytes = (body: TransactionBody): number =>
  FRAME_BYTES + body.inputs.length * INPUT_BYTES + body.outputs.length * OUTPUT_BYTES;

/** Bytes of the encoded transaction. */
export const transactionBytes = (transaction: Transaction): number =>
  bodyBytes(transaction.body) + transaction.witnesses.length * WITNESS_BYTES;

/** Reads a transaction at the cursor; its byte fields are views into the cursor's bytes. */
export function takeTransaction(cursor: Cursor): Transaction {
  const body = takeBody(cursor);
  const witnesses: Uint8Array[] = [];
  for (let left = inputOwners(body.inputs).length; left > 0; left--) witnesses.push(takeBytes(cursor, WITNESS_BYTES));
  return { body, witnesses };
}

/** Writes a transaction at the cursor. */
export function putTransaction(cursor: Cursor, { body, witnesses }: Transaction): void {
  putBody(cursor, body);
  const owners = inputOwners(body.inputs).length;
  if (witnesses.length !== owners) {
    throw new LedgerError('out-of-range', `${witnesses.length} witnesses for ${owners} distinct owners`);
  }
  for (const witness of witnesses) putBytes(cursor, witness, WITNESS_BYTES, 'witness');
}

function takeBody(cursor: Cursor): TransactionBody {
  const chain = takeBytes(cursor, 32);
  const kind = takeU8(cursor);
  if (kind !== TRANSFER) throw malformed(cursor, `unknown kind ${kind}`);
  const expiry = takeU32(cursor);
  const inputs: Input[] = [];
  for (let left = takeU8(cursor) + 1; left > 0; left--) {
    inputs.push({ outpoint: takeOutPoint(cursor), amount: takeU64(cursor), owner: takeBytes(cursor, 32) });
  }
  const outputs: Output[] = [];
  for (let left = takeU8(cursor) + 1; left > 0; left--) outputs.push(takeOutput(cursor));
  return { chain, kind: 'transfer', expiry, inputs, outputs };
}

/** Writes a body at the cursor. */
export function putBody(cursor: Cursor, body: TransactionBody): void {
  putBytes(cursor, body.chain, 32, 'chain');
  if (body.kind !== 'transfer') throw new LedgerError('out-of-range', `unknown kind ${body.kind}`);
  putU8(cursor, TRANSFER, 'kind');
  putU32(cursor, body.expiry, 'expiry');
  putU8(cursor, body.inputs.length - 1, 'inputs less one');
  for (const input of body.inputs) {
    putOutPoint(cursor, input.outpoint);
    putOutput(cursor, input);
  }
  putU8(cursor, body.outputs.length - 1, 'outputs less one');
  for (const output of body.outputs) putOutput(cursor, output);
}
