import {
  type Cursor,
  cursorOver,
  finish,
  malformed,
  putBytes,
  putU8,
  putU16,
  putU32,
  takeBytes,
  takeU8,
  takeU16,
  takeU32,
} from './cursor.ts';
import { assertCanonical, type Change, type Delta, flawOf } from './delta.ts';

/** Table, length of the key, and the two flags. */
const FRAME_BYTES = 4;

/** The one encoding of a delta, `deltaWire`; throws `out-of-range` if it is not canonical or a length does not fit. */
export function encodeDelta(delta: Delta): Uint8Array {
  assertCanonical(delta);
  return encodeChanges(delta);
}

/** The delta that `bytes` encode; it shares no memory with them. Throws `malformed` for what `encodeDelta` never makes. */
export function decodeDelta(bytes: Uint8Array): Delta {
  const cursor = cursorOver(new Uint8Array(bytes));
  const delta: Change[] = [];
  for (let left = takeU32(cursor); left > 0; left--) {
    const table = takeU8(cursor);
    const key = takeBytes(cursor, takeU8(cursor));
    delta.push({ table, key, old: takeValue(cursor), new: takeValue(cursor) });
  }
  finish(cursor);
  const flaw = flawOf(delta);
  if (flaw !== undefined) throw malformed(cursor, flaw);
  return delta;
}

/** Changes in the order given, canonical or not, in the encoding of a delta. */
export function encodeChanges(changes: readonly Change[]): Uint8Array {
  let size = 4;
  for (const change of changes) {
    size += FRAME_BYTES + change.key.length + valueBytes(change.old) + valueBytes(change.new);
  }
  const cursor = cursorOver(new Uint8Array(size));
  putU32(cursor, changes.length, 'changes');
  for (const change of changes) {
    putU8(cursor, change.table, 'table');
    putU8(cursor, change.key.length, 'bytes of a key');
    putBytes(cursor, change.key, change.key.length, 'key');
    putValue(cursor, change.old);
    putValue(cursor, change.new);
  }
  return cursor.bytes;
}

/** A flag, 0 or 1; then, after 1, the length (u16) and the bytes. */
function takeValue(cursor: Cursor): Uint8Array | undefined {
  const flag = takeU8(cursor);
  if (flag > 1) throw malformed(cursor, `flag ${flag}`);
  return flag === 0 ? undefined : takeBytes(cursor, takeU16(cursor));
}

function putValue(cursor: Cursor, value: Uint8Array | undefined): void {
  putU8(cursor, value === undefined ? 0 : 1, 'flag');
  if (value === undefined) return;
  putU16(cursor, value.length, 'bytes of a value');
  putBytes(cursor, value, value.length, 'value');
}

const valueBytes = (value: Uint8Array | undefined): number => (value === undefined ? 0 : 2 + value.length);
