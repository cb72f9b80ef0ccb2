import * as crypto from 'node:crypto';
import type { Hasher } from '@ios/crypto/merkle';

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

/** A tree level by level, RFC 6962. */
function merkleRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  let level = leaves.map((leaf) => {
    const framed = new Uint8Array(1 + leaf.length);
    framed.set(leaf, 1);
    return sha256(framed);
  });
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1];
      if (right === undefined) {
        above.push(level[i]!);
        continue;
      }
      const node = new Uint8Array(65);
      node[0] = 1;
      node.set(level[i]!, 1);
      node.set(right, 33);
      above.push(sha256(node));
    }
    level = above;
  }
  return level[0]!;
}

/** The hasher that a node passes to the ledger. */
export const nodeHasher: Hasher = { sha256, merkleRoot };
