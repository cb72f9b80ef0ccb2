import { equalBytes } from '@noble/curves/utils.js';
import { assertInteger } from '../error.ts';
import { type Hasher, hashNode, nobleHasher } from './hasher.ts';
import { leafHash, levelsOf, pathUp } from './tree.ts';

/**
 * The audit path of one leaf (RFC 6962, section 2.1.1), in time linear in the number of leaves.
 * @param leaves - the data of all leaves
 * @param index - which leaf, from 0 to `leaves.length - 1`
 * @param hasher - the hash implementation
 * @returns sibling hashes of 32 bytes, the lowest first, at most ceil(log2(n)) of them
 * @throws CryptoError `out-of-range` if there is no such leaf
 */
export const inclusionProof = (
  leaves: readonly Uint8Array[],
  index: number,
  hasher: Hasher = nobleHasher,
): Uint8Array[] => {
  assertInteger(index, 0, leaves.length - 1, 'leaf index');
  return pathUp(levelsOf(leaves, hasher), 0, index);
};

/** What an inclusion proof says: `leaf` is number `index` of the `size` leaves under `root`. */
export interface InclusionClaim {
  /** The data of the leaf, any length. */
  readonly leaf: Uint8Array;
  /** Position of the leaf, from 0 to `size - 1`. */
  readonly index: number;
  /** Number of leaves, from where `root` comes from and not from the prover: a root does not determine it. */
  readonly size: number;
  /** Sibling hashes of 32 bytes, the lowest first. */
  readonly proof: readonly Uint8Array[];
  /** The root, 32 bytes. */
  readonly root: Uint8Array;
}

/**
 * Whether an inclusion proof holds (RFC 9162, section 2.1.3.2). Never throws: a wrong index, size, or length is a wrong
 * proof.
 */
export const verifyInclusion = (claim: InclusionClaim, hasher: Hasher = nobleHasher): boolean => {
  const root = inclusionRoot({ ...claim, leafHash: leafHash(claim.leaf, hasher) }, hasher);
  return root !== undefined && equalBytes(root, claim.root);
};

/**
 * The root that a leaf hash and its audit path lead to, for callers that hold the hash of a leaf and not its data.
 * @param claim - `leafHash` as {@link leafHash} gives it; the rest as in {@link InclusionClaim}
 * @param hasher - the hash implementation
 * @returns 32 bytes, or `undefined` if the path does not fit the index and the size
 */
export const inclusionRoot = (
  claim: { readonly leafHash: Uint8Array } & Pick<InclusionClaim, 'index' | 'size' | 'proof'>,
  hasher: Hasher = nobleHasher,
): Uint8Array | undefined => {
  const { index, size, proof } = claim;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) return undefined;
  let node = index;
  let last = size - 1;
  let hash = claim.leafHash;
  for (const sibling of proof) {
    if (last === 0 || sibling.length !== 32) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = hashNode(sibling, hash, hasher.sha256);
      // A last node without a sibling rises until it is a right child.
      while (node % 2 === 0) {
        node /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = hashNode(hash, sibling, hasher.sha256);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : undefined;
};
