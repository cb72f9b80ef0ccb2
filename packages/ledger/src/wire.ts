/**
 * The declared encodings. All integers are big-endian; a count of 1..256 is one byte, count - 1. Transactions, blocks and
 * deltas, which a node reads and writes by the thousand, also have a codec written by hand that accepts and makes the
 * same bytes; these declarations are what it is tested against.
 */
import * as P from 'micro-packed';
import type { Block } from './block.ts';
import type { Change, Delta } from './delta.ts';
import type { BlockHeader } from './header.ts';
import type { OutPoint } from './outpoint.ts';
import { inputOwners } from './owners.ts';
import type { Input, Output, Transaction, TransactionBody } from './transaction.ts';

/** Items behind their number. */
const list = <Item>(length: P.CoderType<number>, item: P.CoderType<Item>): P.CoderType<readonly Item[]> =>
  P.array(length, item) as unknown as P.CoderType<readonly Item[]>;

const hash: P.CoderType<Uint8Array> = /* @__PURE__ */ P.bytes(32);
const key: P.CoderType<Uint8Array> = /* @__PURE__ */ P.bytes(32);
const signature: P.CoderType<Uint8Array> = /* @__PURE__ */ P.bytes(64);

/** A number of 1..256 in one byte. */
const count: P.CoderType<number> = /* @__PURE__ */ P.apply(P.U8, {
  encode: (byte: number) => byte + 1,
  decode: (value: number) => value - 1,
});

/** The one kind there is. */
const kind: P.CoderType<'transfer'> = /* @__PURE__ */ P.map(P.U8, { transfer: 0 }) as P.CoderType<'transfer'>;

/** id (32) ‖ index (u8). */
const outpointWire: P.CoderType<OutPoint> = /* @__PURE__ */ P.struct({ id: hash, index: P.U8 });

/** amount (u64) ‖ owner (32). */
const outputWire: P.CoderType<Output> = /* @__PURE__ */ P.struct({ amount: P.U64BE, owner: key });

/** outpoint (33) ‖ amount (u64) ‖ owner (32). */
const inputWire: P.CoderType<Input> = /* @__PURE__ */ P.struct({
  outpoint: outpointWire,
  amount: P.U64BE,
  owner: key,
});

const inputs: P.CoderType<readonly Input[]> = /* @__PURE__ */ list(count, inputWire);
const outputs: P.CoderType<readonly Output[]> = /* @__PURE__ */ list(count, outputWire);

/** chain (32) ‖ kind (u8, transfer = 0) ‖ expiry (u32) ‖ inputs ‖ outputs, each list behind its count. */
export const bodyWire: P.CoderType<TransactionBody> = /* @__PURE__ */ P.struct({
  chain: hash,
  kind,
  expiry: P.U32BE,
  inputs,
  outputs,
});

/** body ‖ witnesses, 64 bytes each: as many as the inputs have distinct owners, so no count is written. */
export const transactionWire: P.CoderType<Transaction> = /* @__PURE__ */ P.wrap({
  encodeStream: (writer, { body, witnesses }: Transaction) => {
    if (witnesses.length !== inputOwners(body.inputs).length) throw new Error('one witness for each distinct owner');
    bodyWire.encodeStream(writer, body);
    for (const witness of witnesses) signature.encodeStream(writer, witness);
  },
  decodeStream: (reader) => {
    const body = bodyWire.decodeStream(reader);
    return { body, witnesses: inputOwners(body.inputs).map(() => signature.decodeStream(reader)) };
  },
});

const height: P.CoderType<number> = /* @__PURE__ */ P.validate(P.U32BE, (height) => {
  if (height === 0) throw new Error('heights start at 1');
  return height;
});

/** The twelve fields in order: 268 bytes. */
export const headerWire: P.CoderType<BlockHeader> = /* @__PURE__ */ P.struct({
  chain: hash,
  shard: P.U16BE,
  epoch: P.U32BE,
  stepEntry: hash,
  height,
  previous: hash,
  parentCertificate: hash,
  executionDigest: hash,
  transactionRoot: hash,
  entryRoot: hash,
  outboxRoot: hash,
  proposer: P.U16BE,
});

const certificate: P.CoderType<Uint8Array> = /* @__PURE__ */ P.bytes(P.U16BE);
const transactions: P.CoderType<readonly Transaction[]> = /* @__PURE__ */ list(P.U16BE, transactionWire);

const entries: P.CoderType<readonly Uint8Array[]> = /* @__PURE__ */ list(P.U16BE, /* @__PURE__ */ P.bytes(P.U32BE));

/** header ‖ certificate behind its length (u16) ‖ transactions behind their number (u16) ‖ entries behind theirs (u16), each behind its length (u32). */
export const blockWire: P.CoderType<Block> = /* @__PURE__ */ P.struct({
  header: headerWire,
  certificate,
  transactions,
  entries,
});

const entryKey: P.CoderType<Uint8Array> = /* @__PURE__ */ P.bytes(P.U8);
const entryValue: P.CoderType<Uint8Array> = /* @__PURE__ */ P.bytes(P.U16BE);

/** A flag, 0 or 1, and after 1 a value behind its length. */
const maybeValue: P.CoderType<Uint8Array | undefined> = /* @__PURE__ */ P.optional(P.bool, entryValue);

const change: P.CoderType<Change> = /* @__PURE__ */ P.struct({
  table: P.U8,
  key: entryKey,
  old: maybeValue,
  new: maybeValue,
}) as P.CoderType<Change>;

/**
 * Changes behind their number (u32), each table (u8) ‖ key behind its length (u8) ‖ old value ‖ new value, lengths of
 * values u16. Beyond the declaration, changes ascend strictly by table and key, and none is without effect.
 */
export const deltaWire: P.CoderType<Delta> = /* @__PURE__ */ list(P.U32BE, change);
