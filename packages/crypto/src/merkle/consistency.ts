import { equalBytes } from '@noble/curves/utils.js';
import { assertInteger } from '../error.ts';
import { type Hasher, hashNode, nobleHasher } from './hasher.ts';
import { levelsOf, pathUp } from './tree.ts';

/**
 * The proof that the tree over all `leaves` extends the tree over the first `oldSize` of them (RFC 6962, section 2.1.2),
 * in time linear in the number of leaves.
 * @param leaves - the data of all leaves of the newer tree
 * @param oldSize - number of leaves of the older tree, from 1 to `leaves.length`
 * @param hasher - the hash implementation
 * @returns node hashes of 32 bytes, at most ceil(log2(n)) + 1 of them; none if the trees are the same
 * @throws CryptoError `out-of-range` for another `oldSize`
 */
export const consistencyProof = (
  leaves: readonly Uint8Array[],
  oldSize: number,
  hasher: Hasher = nobleHasher,
): Uint8Array[] => {
  assertInteger(oldSize, 1, leaves.length, 'older size');
  if (oldSize === leaves.length) return [];
  const levels = levelsOf(leaves, hasher);
  // The largest complete subtree that ends with the older tree's last leaf.
  let node = oldSize - 1;
  let height = 0;
  for (; node % 2 === 1; height++) node = (node - 1) / 2;
  // If that is the whole older tree, the verifier has its root already.
  const start = node === 0 ? [] : [levels[height]![node]!];
  return [...start, ...pathUp(levels, height, node)];
};

/** What a consistency proof says: the first `oldSize` of the `newSize` leaves under `newRoot` are those of `oldRoot`. */
export interface ConsistencyClaim {
  /** Number of leaves of the older tree, at least 1: an empty tree is consistent with anything, which proves nothing. */
  readonly oldSize: number;
  /** Number of leaves of the newer tree, at least `oldSize`. */
  readonly newSize: number;
  /** Root of the older tree, 32 bytes. */
  readonly oldRoot: Uint8Array;
  /** Root of the newer tree, 32 bytes. */
  readonly newRoot: Uint8Array;
  /** Node hashes of 32 bytes. */
  readonly proof: readonly Uint8Array[];
}

/** Whether a consistency proof holds (RFC 9162, section 2.1.4.2). Never throws: a wrong size or length is a wrong proof. */
export const verifyConsistency = (claim: ConsistencyClaim, hasher: Hasher = nobleHasher): boolean => {
  const { oldSize, newSize, oldRoot, newRoot, proof } = claim;
  if (!Number.isSafeInteger(oldSize) || !Number.isSafeInteger(newSize)) return false;
  if (oldSize < 1 || newSize < oldSize) return false;
  if (oldSize === newSize) return proof.length === 0 && equalBytes(oldRoot, newRoot);
  // As in the proof: the complete subtree that ends with the older tree's last leaf.
  let node = oldSize - 1;
  let last = newSize - 1;
  while (node % 2 === 1) {
    node = (node - 1) / 2;
    last = Math.floor(last / 2);
  }
  const [start, ...path] = node === 0 ? [oldRoot, ...proof] : proof;
  if (start === undefined) return false;
  let older = start;
  let newer = start;
  for (const sibling of path) {
    if (last === 0 || sibling.length !== 32) return false;
    if (node % 2 === 1 || node === last) {
      older = hashNode(sibling, older, hasher.sha256);
      newer = hashNode(sibling, newer, hasher.sha256);
      while (node % 2 === 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      newer = hashNode(newer, sibling, hasher.sha256);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(older, oldRoot) && equalBytes(newer, newRoot);
};
