import * as crypto from 'node:crypto';
import { createHasher, type Hasher } from '@ios/crypto/merkle';

/** SHA-256 by node: `crypto.hash` where this version of node has it (its hexadecimal form is the faster one). */
const sha256: (bytes: Uint8Array) => Uint8Array =
  typeof crypto.hash === 'function'
    ? (bytes) => fromHex(crypto.hash('sha256', bytes, 'hex'))
    : (bytes) => new Uint8Array(crypto.createHash('sha256').update(bytes).digest());

function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digit(hex.charCodeAt(2 * i)) << 4) | digit(hex.charCodeAt(2 * i + 1));
  }
  return bytes;
}

const digit = (code: number): number => (code < 58 ? code - 48 : code - 87);

/** A hasher as a node passes it to the ledger. */
export const nodeHasher: Hasher = createHasher(sha256);
