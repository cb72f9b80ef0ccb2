import { CryptoError } from '../error.ts';
import { type Hasher, nobleHasher } from './hasher.ts';
import { verifyInclusion } from './inclusion.ts';
import { levelsOf, pathUp } from './tree.ts';

/**
 * The order of keys: byte by byte, unsigned, a prefix before what it begins.
 * @returns negative, zero or positive, as `Array.prototype.sort` wants it
 */
export const compareBytes = (a: Uint8Array, b: Uint8Array): number => {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
};

/** A leaf beside the gap where a key would be, with its audit path. */
export interface Neighbour {
  /** The data of the leaf. */
  readonly leaf: Uint8Array;
  /** Sibling hashes of 32 bytes, the lowest first. */
  readonly proof: readonly Uint8Array[];
}

/** Two adjacent leaves, one below the key and one above it; at an edge of the tree one of them, over no leaves neither. */
export interface AbsenceProof {
  /** How many leaves lie below the key: `left`, if there is one, is leaf `index - 1`, and `right` is leaf `index`. */
  readonly index: number;
  /** The last leaf below the key; missing exactly if `index` is 0. */
  readonly left?: Neighbour;
  /** The first leaf above the key; missing exactly if `index` is the number of leaves. */
  readonly right?: Neighbour;
}

/** The key of a leaf, or `undefined` for bytes that are no leaf of this tree. The default takes the leaf whole. */
export type KeyOf = (leaf: Uint8Array) => Uint8Array | undefined;

/**
 * The proof that no leaf has `key`, over leaves sorted by key.
 * @param leaves - the data of all leaves, their keys strictly ascending in the order of {@link compareBytes}
 * @param key - the absent key, any length
 * @param keyOf - the key of a leaf
 * @param hasher - the hash implementation
 * @throws CryptoError `present` if a leaf has the key, `not-sorted` if the keys do not ascend
 */
export const absenceProof = (
  leaves: readonly Uint8Array[],
  key: Uint8Array,
  keyOf: KeyOf = wholeLeaf,
  hasher: Hasher = nobleHasher,
): AbsenceProof => {
  const keys = leaves.map(keyOf);
  keys.forEach((own, at) => {
    const before = keys[at - 1];
    if (own === undefined || (before !== undefined && compareBytes(before, own) >= 0)) {
      throw new CryptoError('not-sorted', 'the keys of the leaves must ascend strictly', { index: at });
    }
    if (compareBytes(own, key) === 0) throw new CryptoError('present', 'a leaf has this key', { index: at });
  });
  const above = keys.findIndex((own) => compareBytes(own!, key) > 0);
  const index = above === -1 ? leaves.length : above;
  const levels = levelsOf(leaves, hasher);
  const neighbour = (at: number): Neighbour => ({ leaf: leaves[at]!, proof: pathUp(levels, 0, at) });
  return {
    index,
    ...(index > 0 && { left: neighbour(index - 1) }),
    ...(index < leaves.length && { right: neighbour(index) }),
  };
};

/** What an absence proof says: none of the `size` leaves under `root` has `key`. */
export interface AbsenceClaim {
  /** The absent key. */
  readonly key: Uint8Array;
  /** Number of leaves, from where `root` comes from and not from the prover: a root does not determine it. */
  readonly size: number;
  /** The root, 32 bytes. */
  readonly root: Uint8Array;
  /** The neighbours. */
  readonly proof: AbsenceProof;
}

/**
 * Whether an absence proof holds: two leaves that are there, adjacent, with the key strictly between theirs. That the
 * leaves are sorted is a duty of whoever signed the root; no proof shows it. Never throws on a prover's bytes.
 */
export const verifyAbsence = (claim: AbsenceClaim, keyOf: KeyOf = wholeLeaf, hasher: Hasher = nobleHasher): boolean => {
  const { key, size, root, proof } = claim;
  const { index, left, right } = proof;
  if (!Number.isSafeInteger(index) || index < 0 || index > size) return false;
  if ((left === undefined) !== (index === 0) || (right === undefined) !== (index === size)) return false;
  if (size === 0) return compareBytes(root, hasher.merkleRoot([])) === 0;
  return (left === undefined || stands(left, index - 1, -1)) && (right === undefined || stands(right, index, 1));

  /** Whether a neighbour is leaf number `at` and its key lies on the given side of the absent one. */
  function stands(neighbour: Neighbour, at: number, side: -1 | 1): boolean {
    const own = keyOf(neighbour.leaf);
    if (own === undefined || compareBytes(own, key) * side <= 0) return false;
    return verifyInclusion({ ...neighbour, index: at, size, root }, hasher);
  }
};

const wholeLeaf: KeyOf = (leaf) => leaf;
