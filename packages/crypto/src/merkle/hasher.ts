import { sha256 } from '@noble/hashes/sha2.js';

/**
 * What the trees need from a hash implementation. A whole tree in one call lets native code cross its border once.
 * Every implementation passes `hasherSuite` of `@ios/crypto/testing`.
 */
export interface Hasher {
  /** SHA-256 of any number of bytes: 32 bytes. Keeps nothing of `bytes`, which may change afterwards. */
  sha256(bytes: Uint8Array): Uint8Array;
  /** The RFC 6962 root of `leaves` in this order: 32 bytes; of no leaves, SHA-256 of the empty string. */
  merkleRoot(leaves: readonly Uint8Array[]): Uint8Array;
}

/** A hasher from nothing but SHA-256. */
export const createHasher = (sha256: (bytes: Uint8Array) => Uint8Array): Hasher => ({
  sha256,
  merkleRoot: (leaves) => rootOfLeaves(leaves, sha256),
});

/** The hasher of noble-hashes: JavaScript alone, runs everywhere. */
export const nobleHasher: Hasher = /* @__PURE__ */ createHasher(sha256);

/** RFC 6962, section 2.1: the hash of the leaf `d` is SHA-256(0x00 ‖ d). */
export const hashLeaf = (leaf: Uint8Array, sha256: Hasher['sha256']): Uint8Array => {
  const input = new Uint8Array(1 + leaf.length);
  input.set(leaf, 1);
  return sha256(input);
};

/** Bytes of what an inner node is the hash of; those of the node that is being hashed: new ones cost as much as the hash. */
const NODE_BYTES = 65;
const node = /* @__PURE__ */ new Uint8Array(NODE_BYTES);

/** RFC 6962, section 2.1: the hash of an inner node is SHA-256(0x01 ‖ left ‖ right). */
export const hashNode = (left: Uint8Array, right: Uint8Array, sha256: Hasher['sha256']): Uint8Array => {
  const length = 1 + left.length + right.length;
  const input = length === NODE_BYTES ? node : new Uint8Array(length);
  input[0] = 1;
  input.set(left, 1);
  input.set(right, 1 + left.length);
  return sha256(input);
};

/** One pass with a stack of the roots of complete subtrees, at most log2(n) of them. */
const rootOfLeaves = (leaves: readonly Uint8Array[], sha256: Hasher['sha256']): Uint8Array => {
  const subtrees: Uint8Array[] = [];
  leaves.forEach((leaf, index) => {
    let hash = hashLeaf(leaf, sha256);
    for (let rest = index; rest % 2 === 1; rest = (rest - 1) / 2) hash = hashNode(subtrees.pop()!, hash, sha256);
    subtrees.push(hash);
  });
  if (subtrees.length === 0) return sha256(new Uint8Array(0));
  return subtrees.reduceRight((right, left) => hashNode(left, right, sha256));
};
