import { LedgerError } from './error.ts';

/** A place in a byte array, moved forward by every `take…` and `put…`. */
export interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  offset: number;
}

/** A cursor at the start of `bytes`. */
export const cursorOver = (bytes: Uint8Array): Cursor => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset: 0,
});

/**
 * A cursor over a private copy of received bytes, so that what is decoded from it, as views, is nobody else's.
 * Throws `malformed` before it copies if `bytes` is longer than `limit`.
 */
export function receive(bytes: Uint8Array, limit: number, what: string): Cursor {
  if (bytes.length > limit) {
    throw new LedgerError('malformed', `${what}: ${bytes.length} bytes, at most ${limit} allowed`);
  }
  return cursorOver(new Uint8Array(bytes));
}

/** Throws `malformed` if bytes are left. */
export function finish(cursor: Cursor): void {
  const left = cursor.bytes.length - cursor.offset;
  if (left !== 0) throw malformed(cursor, `${left} trailing bytes`);
}

/** The error for bytes that no encoder makes, with the offset at which that was seen. */
export const malformed = (cursor: Cursor, reason: string): LedgerError =>
  new LedgerError('malformed', `${reason} (at byte ${cursor.offset})`, { offset: cursor.offset });

/** Moves over the next `length` bytes and returns where they start; throws `malformed` if fewer are left. */
function advance(cursor: Cursor, length: number): number {
  const start = cursor.offset;
  if (start + length > cursor.bytes.length) {
    throw malformed(cursor, `${length} bytes wanted, ${cursor.bytes.length - start} left`);
  }
  cursor.offset = start + length;
  return start;
}

/** The next `length` bytes, as a view. */
export function takeBytes(cursor: Cursor, length: number): Uint8Array {
  const start = advance(cursor, length);
  return cursor.bytes.subarray(start, start + length);
}

/** The next byte. */
export const takeU8 = (cursor: Cursor): number => cursor.view.getUint8(advance(cursor, 1));
/** The next two bytes, big-endian. */
export const takeU16 = (cursor: Cursor): number => cursor.view.getUint16(advance(cursor, 2));
/** The next four bytes, big-endian. */
export const takeU32 = (cursor: Cursor): number => cursor.view.getUint32(advance(cursor, 4));
/** The next eight bytes, big-endian. */
export const takeU64 = (cursor: Cursor): bigint => cursor.view.getBigUint64(advance(cursor, 8));

/** Writes `bytes`; throws `out-of-range` unless they are exactly `length` long. */
export function putBytes(cursor: Cursor, bytes: Uint8Array, length: number, what: string): void {
  if (bytes.length !== length) {
    throw new LedgerError('out-of-range', `${what}: ${bytes.length} bytes, ${length} wanted`);
  }
  cursor.bytes.set(bytes, cursor.offset);
  cursor.offset += length;
}

/** Writes a byte; throws `out-of-range` if the value is none. */
export function putU8(cursor: Cursor, value: number, what: string): void {
  cursor.view.setUint8(cursor.offset, inRange(value, 0xff, what));
  cursor.offset += 1;
}

/** Writes a u16, big-endian; throws `out-of-range` if the value is none. */
export function putU16(cursor: Cursor, value: number, what: string): void {
  cursor.view.setUint16(cursor.offset, inRange(value, 0xffff, what));
  cursor.offset += 2;
}

/** Writes a u32, big-endian; throws `out-of-range` if the value is none. */
export function putU32(cursor: Cursor, value: number, what: string): void {
  cursor.view.setUint32(cursor.offset, inRange(value, 0xffffffff, what));
  cursor.offset += 4;
}

/** Writes a u64, big-endian; throws `out-of-range` if the value is none. */
export function putU64(cursor: Cursor, value: bigint, what: string): void {
  if (value < 0n || value > 0xffffffffffffffffn) {
    throw new LedgerError('out-of-range', `${what}: ${value} is no u64`);
  }
  cursor.view.setBigUint64(cursor.offset, value);
  cursor.offset += 8;
}

function inRange(value: number, max: number, what: string): number {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new LedgerError('out-of-range', `${what}: ${value} is not in 0..${max}`);
  }
  return value;
}
