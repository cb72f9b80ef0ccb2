import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const lengthPrefixed = (part: Uint8Array): Uint8Array[] => {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, part.length);
  return [length, part];
};

/** SHA-256 over the domain string `ios/bft/v1/<purpose>` and the parts, each with its length (u32) before it: 32 bytes. */
export const taggedHash = (purpose: string, ...parts: Uint8Array[]): Uint8Array =>
  sha256(concatBytes(...[utf8ToBytes(`ios/bft/v1/${purpose}`), ...parts].flatMap(lengthPrefixed)));

/** Whether two byte strings are the same (public data: not constant-time). */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The order of byte strings: negative, zero or positive. */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
};
