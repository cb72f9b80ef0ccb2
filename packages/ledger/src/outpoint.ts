import { key33, sameBytes } from './bytes.ts';
import { type Cursor, putBytes, putU8, takeBytes, takeU8 } from './cursor.ts';
import { LedgerError } from './error.ts';

/** Bytes of an encoded outpoint: id (32) and index (1). */
export const OUTPOINT_BYTES = 33;

/** Names an output: the id of the transaction that created it (32 bytes) and its place among the outputs (0..255). */
export interface OutPoint {
  readonly id: Uint8Array;
  readonly index: number;
}

/** The 33 bytes id ‖ index; throws `out-of-range` for an id that is not 32 bytes or an index outside 0..255. */
export function encodeOutPoint(outpoint: OutPoint): Uint8Array {
  assertOutPoint(outpoint);
  const bytes = new Uint8Array(OUTPOINT_BYTES);
  bytes.set(outpoint.id);
  bytes[32] = outpoint.index;
  return bytes;
}

/** The outpoint in 33 bytes; throws `malformed` for any other length. */
export function decodeOutPoint(bytes: Uint8Array): OutPoint {
  if (bytes.length !== OUTPOINT_BYTES) throw new LedgerError('malformed', `outpoint: ${bytes.length} bytes, 33 wanted`);
  return { id: bytes.slice(0, 32), index: bytes[32]! };
}

/** Reads an outpoint at the cursor. */
export const takeOutPoint = (cursor: Cursor): OutPoint => ({ id: takeBytes(cursor, 32), index: takeU8(cursor) });

/** Writes an outpoint at the cursor. */
export function putOutPoint(cursor: Cursor, outpoint: OutPoint): void {
  putBytes(cursor, outpoint.id, 32, 'outpoint id');
  putU8(cursor, outpoint.index, 'outpoint index');
}

/**
 * The 33 bytes as a string of as many characters U+0000..U+00FF: a key for maps, measured faster than hexadecimal text.
 * Strings compare with `<` as the bytes do. Throws `out-of-range` as `encodeOutPoint` does.
 */
export function outpointKey(outpoint: OutPoint): string {
  assertOutPoint(outpoint);
  return key33(outpoint.id, outpoint.index);
}

/** True if both name the same output. */
export const sameOutPoint = (a: OutPoint, b: OutPoint): boolean => a.index === b.index && sameBytes(a.id, b.id);

function assertOutPoint({ id, index }: OutPoint): void {
  if (id.length !== 32 || (index & 0xff) !== index) {
    throw new LedgerError('out-of-range', `outpoint: id of ${id.length} bytes, index ${index}`);
  }
}
