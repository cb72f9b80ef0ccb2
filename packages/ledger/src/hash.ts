import { type Hasher, nobleHasher } from '@ios/crypto/merkle';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * A `taggedHash` of `@ios/crypto/transcript` with its tag framed once and the SHA-256 given by the caller, for the
 * hashes that a node computes for every transaction; equal to it in every case.
 */
export interface TaggedHash {
  (parts: readonly Uint8Array[], hasher?: Hasher): Uint8Array;
  /** What is hashed for one part of `length` bytes, those bytes, at the end, still zero: for writing them in place. */
  preimage(length: number): Uint8Array;
}

/** The tagged hash of one purpose, `ios/ledger/v1/<purpose>`. */
export function tagged(purpose: string): TaggedHash {
  const tag = utf8ToBytes(`ios/ledger/v1/${purpose}`);
  const framed = new Uint8Array(4 + tag.length);
  putLength(framed, 0, tag.length);
  framed.set(tag, 4);
  const hash = (parts: readonly Uint8Array[], hasher: Hasher = nobleHasher): Uint8Array => {
    let size = framed.length;
    for (const part of parts) size += 4 + part.length;
    const preimage = new Uint8Array(size);
    preimage.set(framed);
    let offset = framed.length;
    for (const part of parts) {
      putLength(preimage, offset, part.length);
      preimage.set(part, offset + 4);
      offset += 4 + part.length;
    }
    return hasher.sha256(preimage);
  };
  const preimage = (length: number): Uint8Array => {
    const bytes = new Uint8Array(framed.length + 4 + length);
    bytes.set(framed);
    putLength(bytes, framed.length, length);
    return bytes;
  };
  return Object.assign(hash, { preimage });
}

function putLength(bytes: Uint8Array, offset: number, length: number): void {
  bytes[offset] = length >>> 24;
  bytes[offset + 1] = length >>> 16;
  bytes[offset + 2] = length >>> 8;
  bytes[offset + 3] = length;
}
