import { type Hasher, hashLeaf, hashNode, nobleHasher } from './hasher.ts';

/**
 * The root of a tree over `leaves` in this order (RFC 6962, section 2.1: MTH).
 * @param leaves - the data of each leaf, of any length; the order is part of the root
 * @param hasher - the hash implementation
 * @returns 32 bytes; of no leaves, SHA-256 of the empty string
 */
export const merkleRoot = (leaves: readonly Uint8Array[], hasher: Hasher = nobleHasher): Uint8Array =>
  hasher.merkleRoot(leaves);

/**
 * The hash of one leaf, SHA-256(0x00 ‖ leaf): no leaf can pose as an inner node (RFC 6962, section 2.1).
 * @returns 32 bytes
 */
export const leafHash = (leaf: Uint8Array, hasher: Hasher = nobleHasher): Uint8Array => hashLeaf(leaf, hasher.sha256);

/**
 * The hash of an inner node, SHA-256(0x01 ‖ left ‖ right) (RFC 6962, section 2.1).
 * @param left - hash of the left subtree, 32 bytes
 * @param right - hash of the right subtree, 32 bytes
 * @returns 32 bytes
 */
export const nodeHash = (left: Uint8Array, right: Uint8Array, hasher: Hasher = nobleHasher): Uint8Array =>
  hashNode(left, right, hasher.sha256);

/**
 * All levels of the tree, leaf hashes first, the root alone last. A node without a right sibling rises unchanged, which
 * is RFC 6962's split at the largest power of two, read from below.
 */
export const levelsOf = (leaves: readonly Uint8Array[], hasher: Hasher): Uint8Array[][] => {
  let level = leaves.map((leaf) => hashLeaf(leaf, hasher.sha256));
  const levels = [level];
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let left = 0; left < level.length; left += 2) {
      const right = level[left + 1];
      above.push(right === undefined ? level[left]! : hashNode(level[left]!, right, hasher.sha256));
    }
    levels.push(above);
    level = above;
  }
  return levels;
};

/** The siblings on the way up from node `index` of level `start`, the lowest first. */
export const pathUp = (levels: readonly Uint8Array[][], start: number, index: number): Uint8Array[] => {
  const path: Uint8Array[] = [];
  let node = index;
  for (const level of levels.slice(start)) {
    const sibling = level[node % 2 === 0 ? node + 1 : node - 1];
    if (sibling !== undefined) path.push(sibling);
    node = Math.floor(node / 2);
  }
  return path;
};
