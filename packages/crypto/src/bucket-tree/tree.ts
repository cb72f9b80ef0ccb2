import { concatBytes } from '@noble/hashes/utils.js';
import { compareBytes, type Neighbour } from '../merkle/absence.ts';
import { type Hasher, hashLeaf, hashNode, nobleHasher } from '../merkle/hasher.ts';
import { levelsOf, pathUp } from '../merkle/tree.ts';
import { taggedHash } from '../transcript.ts';
import { BUCKETS, bucketLeaf, entryLeaf, leafLength } from './leaf.ts';
import type { BucketProof } from './proof.ts';

/** A map from keys (0 to 255 bytes) to values (any bytes) with one root over all of it. */
export interface BucketSnapshot {
  /** How many entries there are. */
  readonly size: number;
  /** The value under a key, a view into the tree's memory. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** The root over all buckets, 32 bytes: it determines every key, every value and every number of entries. */
  root(): Uint8Array;
  /** The proof that a key is there with its value, or that it is not there. */
  prove(key: Uint8Array): BucketProof;
}

/** Such a map that is changed in place. */
export interface BucketTree extends BucketSnapshot {
  /**
   * Puts a value under a key, or removes it. The root is computed again when it is asked for, over what changed.
   * @throws CryptoError `out-of-range` for a key of more than 255 bytes
   */
  set(key: Uint8Array, value: Uint8Array | undefined): void;
  /** The map as it is now, which no later `set` changes: 4.5 MiB for its nodes and buckets, the entries are shared. */
  snapshot(): BucketSnapshot;
}

/** The bucket of a key: the first two bytes of taggedHash('ios/crypto/v1/bucket', key) as an integer. */
export const bucketOf = (key: Uint8Array): number => {
  const hash = taggedHash('ios/crypto/v1/bucket', key);
  return hash[0]! * 256 + hash[1]!;
};

/**
 * A tree without entries. Beside the entries it holds 4.5 MiB: the nodes of the upper tree, which has all 65 536 buckets as
 * its leaves, and the list of these. An entry that changes costs its bucket again and 16 hashes.
 */
export const createBucketTree = (hasher: Hasher = nobleHasher): BucketTree => {
  const buckets: Bucket[] = Array.from({ length: BUCKETS }, () => NONE);
  const dirty = new Set<number>();
  const nodes = emptyNodes(hasher);
  let size = 0;

  const refresh = (): void => {
    let level = new Set<number>();
    for (const bucket of dirty) {
      const entries = buckets[bucket]!;
      const leaf = bucketLeaf(entries.length, hasher.merkleRoot(entries.map(leafIn)));
      nodes.set(hashLeaf(leaf, hasher.sha256), 32 * (BUCKETS + bucket));
      level.add((BUCKETS + bucket) >> 1);
    }
    dirty.clear();
    while (level.size > 0) {
      const above = new Set<number>();
      for (const at of level) {
        nodes.set(hashNode(nodeIn(nodes, 2 * at), nodeIn(nodes, 2 * at + 1), hasher.sha256), 32 * at);
        if (at > 1) above.add(at >> 1);
      }
      level = above;
    }
  };

  const here = readerOf(buckets, nodes, hasher);
  return {
    get size() {
      return size;
    },
    get: here.get,
    set(key, value) {
      const entry = value && entryOf(key, value, hasher);
      const bucket = bucketOf(key);
      const entries = buckets[bucket]!;
      const { at, found } = locate(entries, key);
      // A new list: snapshots keep the old one.
      buckets[bucket] = [...entries.slice(0, at), ...(entry ? [entry] : []), ...entries.slice(found ? at + 1 : at)];
      size += (entry ? 1 : 0) - (found ? 1 : 0);
      dirty.add(bucket);
    },
    root() {
      refresh();
      return here.root();
    },
    prove(key) {
      refresh();
      return here.prove(key);
    },
    snapshot() {
      refresh();
      return { size, ...readerOf(buckets.slice(), nodes.slice(), hasher) };
    },
  };
};

/** Leaf ‖ value of each entry, sorted by key; never changed in place. */
type Bucket = readonly Uint8Array[];

const entryOf = (key: Uint8Array, value: Uint8Array, hasher: Hasher): Uint8Array =>
  concatBytes(entryLeaf(key, value, hasher), value);
const leafIn = (entry: Uint8Array): Uint8Array => entry.subarray(0, leafLength(entry[0]!));
const valueIn = (entry: Uint8Array): Uint8Array => entry.subarray(leafLength(entry[0]!));
const keyIn = (entry: Uint8Array): Uint8Array => entry.subarray(1, 1 + entry[0]!);

const NONE: Bucket = [];

/** Reads a tree whose nodes are those over its buckets. */
const readerOf = (
  buckets: readonly Bucket[],
  nodes: Uint8Array,
  hasher: Hasher,
): Pick<BucketSnapshot, 'get' | 'root' | 'prove'> => ({
  get(key) {
    const entries = buckets[bucketOf(key)]!;
    const { at, found } = locate(entries, key);
    return found ? valueIn(entries[at]!) : undefined;
  },
  root: () => nodeIn(nodes, 1).slice(),
  prove(key) {
    const bucket = bucketOf(key);
    const entries = buckets[bucket]!;
    const leaves = entries.map(leafIn);
    const levels = levelsOf(leaves, hasher);
    const neighbour = (at: number): Neighbour => ({ leaf: leaves[at]!, proof: pathUp(levels, 0, at) });
    const { at, found } = locate(entries, key);
    const path: Uint8Array[] = [];
    for (let up = BUCKETS + bucket; up > 1; up >>= 1) path.push(nodeIn(nodes, up ^ 1).slice());
    if (found) return { type: 'present', size: leaves.length, index: at, proof: neighbour(at).proof, path };
    const left = at > 0 && { left: neighbour(at - 1) };
    const right = at < leaves.length && { right: neighbour(at) };
    return { type: 'absent', size: leaves.length, absence: { index: at, ...left, ...right }, path };
  },
});

/** Node `at`, a view: 1 is the root, 2i and 2i + 1 the children of node i, bucket b node 65 536 + b. */
const nodeIn = (nodes: Uint8Array, at: number): Uint8Array => nodes.subarray(32 * at, 32 * at + 32);

/** Where a key is among entries sorted by key, or would be. */
const locate = (entries: Bucket, key: Uint8Array): { readonly at: number; readonly found: boolean } => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareBytes(keyIn(entries[middle]!), key);
    if (order === 0) return { at: middle, found: true };
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return { at: low, found: false };
};

/** The nodes over empty buckets, as {@link nodeIn} finds them. */
const emptyNodes = (hasher: Hasher): Uint8Array => {
  const nodes = new Uint8Array(32 * 2 * BUCKETS);
  let hash = hashLeaf(bucketLeaf(0, hasher.merkleRoot([])), hasher.sha256);
  for (let width = BUCKETS; width >= 1; width /= 2) {
    for (let at = width; at < 2 * width; at++) nodes.set(hash, 32 * at);
    hash = hashNode(hash, hash, hasher.sha256);
  }
  return nodes;
};
