import * as P from 'micro-packed';
import { type Credit, creditWire } from './credit.ts';
import { AtomixError } from './error.ts';
import { type HeldRecord, recordWire } from './record.ts';

/** Table of held records: key = transaction id (32 bytes). */
export const HELD_TABLE = 3;
/** Table of queued credits: key = receiver (u16) ‖ number (u64), value = credit (81 bytes). */
export const QUEUE_TABLE = 4;
/** Table of the bounds of queues: key = receiver (u16), value = first (u64) ‖ end (u64). */
export const SPAN_TABLE = 5;
/** Table of cursors into the queues of others: key = carrier (u16), value = next (u64) ‖ height (u32). */
export const CURSOR_TABLE = 6;

/** The numbers of the credits in a queue: from `first` up to, without it, `end`; `end` is the next to be given. */
export interface Span {
  readonly first: bigint;
  readonly end: bigint;
}

/** The number of the next credit to be applied from a carrier, and the height of the block in which it last moved (u32). */
export interface Cursor {
  readonly next: bigint;
  readonly height: number;
}

/** The span of a queue that was never used. */
export const EMPTY_SPAN: Span = { first: 0n, end: 0n };
/** The cursor of a carrier from which nothing came yet. */
export const START: Cursor = { next: 0n, height: 0 };

const spanWire: P.CoderType<Span> = /* @__PURE__ */ P.validate(
  P.struct({ first: P.U64BE, end: P.U64BE }),
  ({ first, end }) => {
    if (first > end || end === 0n) throw new Error('a span ends after its first number, and after 0');
    return { first, end };
  },
);

const cursorWire: P.CoderType<Cursor> = /* @__PURE__ */ P.validate(
  P.struct({ next: P.U64BE, height: P.U32BE }),
  ({ next, height }) => {
    if (next === 0n || height === 0) throw new Error('a cursor is stored once it has moved');
    return { next, height };
  },
);

const queueKeyWire = /* @__PURE__ */ P.struct({ receiver: P.U16BE, number: P.U64BE });

/** The key of a shard (u16) in the tables of spans and cursors. */
export const encodeShard = (shard: number): Uint8Array => strictEncode(P.U16BE, shard, 'shard');
/** The key of a queued credit. */
export const encodeQueueKey = (receiver: number, number: bigint): Uint8Array =>
  strictEncode(queueKeyWire, { receiver, number }, 'key of a queue');
/** The value of a held record. */
export const encodeRecord = (record: HeldRecord): Uint8Array => strictEncode(recordWire, record, 'record');
/** The value of a queued credit. */
export const encodeCredit = (credit: Credit): Uint8Array => strictEncode(creditWire, credit, 'credit');
/** The value of a span. */
export const encodeSpan = (span: Span): Uint8Array => strictEncode(spanWire, span, 'span');
/** The value of a cursor. */
export const encodeCursor = (cursor: Cursor): Uint8Array => strictEncode(cursorWire, cursor, 'cursor');

/** The shard that a key names. */
export const decodeShard = (bytes: Uint8Array): number => strictDecode(P.U16BE, bytes, 'shard');
/** Receiver and number that a key names. */
export const decodeQueueKey = (bytes: Uint8Array): { readonly receiver: number; readonly number: bigint } =>
  strictDecode(queueKeyWire, bytes, 'key of a queue');
/** The held record that a value encodes; throws `malformed`. */
export const decodeRecord = (bytes: Uint8Array): HeldRecord => strictDecode(recordWire, bytes, 'record');
/** The credit that a value encodes; throws `malformed`. */
export const decodeCredit = (bytes: Uint8Array): Credit => strictDecode(creditWire, bytes, 'credit');
/** The span that a value encodes; throws `malformed`. */
export const decodeSpan = (bytes: Uint8Array): Span => strictDecode(spanWire, bytes, 'span');
/** The cursor that a value encodes; throws `malformed`. */
export const decodeCursor = (bytes: Uint8Array): Cursor => strictDecode(cursorWire, bytes, 'cursor');

/** Encodes; throws `out-of-range` for a value that has no encoding. */
export function strictEncode<Value>(coder: P.CoderType<Value>, value: Value, what: string): Uint8Array {
  try {
    return coder.encode(value);
  } catch (cause) {
    throw new AtomixError('out-of-range', `${what} without an encoding`, {}, cause);
  }
}

/** Decodes a private copy of `bytes`, whole; throws `malformed`. */
export function strictDecode<Value>(coder: P.CoderType<Value>, bytes: Uint8Array, what: string): Value {
  try {
    return coder.decode(new Uint8Array(bytes));
  } catch (cause) {
    throw new AtomixError('malformed', `no ${what}`, { bytes: bytes.length }, cause);
  }
}
