import { equalBytes } from '@noble/curves/utils.js';
import { assertInteger } from '../error.ts';
import { type Hasher, hashNode, nobleHasher } from './hasher.ts';
import { leafHash, levelsOf } from './tree.ts';

/**
 * Audit paths of consecutive leaves: of every level the sibling left of the run, then the one right of it, where there is
 * one. For one leaf it is its inclusion proof. The tree is hashed once, however many paths are asked for.
 * @param leaves - the data of all leaves
 * @param hasher - the hash implementation
 * @returns a function of the first leaf of the run and of how many there are, at least 1, which returns sibling hashes of
 * 32 bytes, the lowest first, at most 2 ceil(log2(n)) of them, and throws CryptoError `out-of-range` if there are no such
 * leaves
 */
export const runProver = (
  leaves: readonly Uint8Array[],
  hasher: Hasher = nobleHasher,
): ((index: number, count: number) => Uint8Array[]) => {
  const levels = levelsOf(leaves, hasher);
  return (index, count) => {
    assertInteger(index, 0, leaves.length - 1, 'leaf index');
    assertInteger(count, 1, leaves.length - index, 'leaf count');
    const path: Uint8Array[] = [];
    let first = index;
    let last = index + count - 1;
    for (const level of levels) {
      if (first % 2 === 1) path.push(level[first - 1]!);
      const right = level[last + 1];
      if (last % 2 === 0 && right !== undefined) path.push(right);
      first = Math.floor(first / 2);
      last = Math.floor(last / 2);
    }
    return path;
  };
};

/** One path of {@link runProver}, in time linear in the number of leaves. */
export const runProof = (
  leaves: readonly Uint8Array[],
  index: number,
  count: number,
  hasher: Hasher = nobleHasher,
): Uint8Array[] => runProver(leaves, hasher)(index, count);

/** What a proof of a run says: `leaves` are those from number `index` on of the `size` leaves under `root`. */
export interface RunClaim {
  /** The data of the leaves, at least one. */
  readonly leaves: readonly Uint8Array[];
  /** Position of the first of them. */
  readonly index: number;
  /** Number of leaves, from where `root` comes from and not from the prover: a root does not determine it. */
  readonly size: number;
  /** Sibling hashes of 32 bytes, in the order of {@link runProof}. */
  readonly proof: readonly Uint8Array[];
  /** The root, 32 bytes. */
  readonly root: Uint8Array;
}

/** Whether a proof of a run holds. Never throws: a wrong index, size, or length is a wrong proof. */
export const verifyRun = (claim: RunClaim, hasher: Hasher = nobleHasher): boolean => {
  const root = runRoot(claim, hasher);
  return root !== undefined && equalBytes(root, claim.root);
};

/**
 * The root that a run and its audit path lead to, for callers to whom the root is known through something else.
 * @param claim - as in {@link RunClaim}
 * @param hasher - the hash implementation
 * @returns 32 bytes, or `undefined` if the path does not fit the run and the size
 */
export const runRoot = (claim: Omit<RunClaim, 'root'>, hasher: Hasher = nobleHasher): Uint8Array | undefined => {
  const { leaves, index, size, proof } = claim;
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0) return undefined;
  if (leaves.length < 1 || index + leaves.length > size) return undefined;
  let run = leaves.map((leaf) => leafHash(leaf, hasher));
  let first = index;
  let used = 0;
  for (let width = size; width > 1; width = Math.ceil(width / 2)) {
    if (first % 2 === 1) {
      const left = proof[used++];
      if (left?.length !== 32) return undefined;
      run.unshift(left);
      first--;
    }
    const last = first + run.length - 1;
    if (last % 2 === 0 && last + 1 < width) {
      const right = proof[used++];
      if (right?.length !== 32) return undefined;
      run.push(right);
    }
    run = pairs(run, hasher);
    first /= 2;
  }
  return used === proof.length ? run[0] : undefined;
};

/** The level above: nodes two by two, a last one without a sibling unchanged. */
const pairs = (run: readonly Uint8Array[], hasher: Hasher): Uint8Array[] => {
  const above: Uint8Array[] = [];
  for (let left = 0; left < run.length; left += 2) {
    const right = run[left + 1];
    above.push(right === undefined ? run[left]! : hashNode(run[left]!, right, hasher.sha256));
  }
  return above;
};
