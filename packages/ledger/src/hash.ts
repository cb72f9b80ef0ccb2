import { type Hasher, nobleHasher } from '@ios/crypto/merkle';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { type Cursor, cursorOver } from './cursor.ts';

/**
 * A `taggedHash` of `@ios/crypto/transcript` with its tag framed once and the SHA-256 given by the caller, for the
 * hashes that a node computes for every transaction; equal to it in every case. The hasher must not keep what it is given:
 * the next hash is written over it.
 */
export interface TaggedHash {
  (parts: readonly Uint8Array[], hasher?: Hasher): Uint8Array;
  /** The hash of one part of `length` bytes, exactly those that `put` writes for `value`. */
  written<Value>(
    length: number,
    put: (cursor: Cursor, value: Value) => void,
    value: Value,
    hasher?: Hasher,
  ): Uint8Array;
}

/** Shorter preimages are written into memory that is kept: to allocate it costs about as much as to hash it. */
const KEPT_BYTES = 1024;

/** The tagged hash of one purpose, `ios/ledger/v1/<purpose>`. */
export function tagged(purpose: string): TaggedHash {
  const tag = utf8ToBytes(`ios/ledger/v1/${purpose}`);
  const start = 4 + tag.length;
  const kept = framed(tag, KEPT_BYTES);
  const begin = (length: number): Cursor => {
    const cursor = length > KEPT_BYTES ? framed(tag, length) : kept;
    cursor.offset = start;
    return cursor;
  };
  const end = ({ bytes, offset }: Cursor, hasher: Hasher): Uint8Array => hasher.sha256(bytes.subarray(0, offset));

  const hash = (parts: readonly Uint8Array[], hasher: Hasher = nobleHasher): Uint8Array => {
    const cursor = begin(parts.reduce((size, part) => size + 4 + part.length, start));
    for (const part of parts) {
      putLength(cursor, part.length);
      cursor.bytes.set(part, cursor.offset);
      cursor.offset += part.length;
    }
    return end(cursor, hasher);
  };
  const written: TaggedHash['written'] = (length, put, value, hasher = nobleHasher) => {
    const cursor = begin(start + 4 + length);
    putLength(cursor, length);
    put(cursor, value);
    return end(cursor, hasher);
  };
  return Object.assign(hash, { written });
}

/** `length` bytes that begin with the tag behind its length. */
function framed(tag: Uint8Array, length: number): Cursor {
  const cursor = cursorOver(new Uint8Array(length));
  putLength(cursor, tag.length);
  cursor.bytes.set(tag, 4);
  return cursor;
}

function putLength(cursor: Cursor, length: number): void {
  cursor.view.setUint32(cursor.offset, length);
  cursor.offset += 4;
}
