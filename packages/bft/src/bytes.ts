import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Writes `value` (u32) big-endian at `at` of `out`. */
export const putU32 = (out: Uint8Array, at: number, value: number): void => {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
};

/**
 * The hash of one purpose: SHA-256 over the domain string `ios/bft/v1/<purpose>` and the parts, each with its length
 * (u32) before it: 32 bytes.
 */
export const taggedHash = (purpose: string): ((...parts: readonly Uint8Array[]) => Uint8Array) => {
  const domain = utf8ToBytes(`ios/bft/v1/${purpose}`);
  return (...parts) => {
    let length = 4 + domain.length;
    for (const part of parts) length += 4 + part.length;
    const flat = new Uint8Array(length);
    putU32(flat, 0, domain.length);
    flat.set(domain, 4);
    let at = 4 + domain.length;
    for (const part of parts) {
      putU32(flat, at, part.length);
      flat.set(part, at + 4);
      at += 4 + part.length;
    }
    return sha256(flat);
  };
};

/** Whether two byte strings are the same (public data: not constant-time). */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
};
