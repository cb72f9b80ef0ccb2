import { sha256 } from '@noble/hashes/sha2.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entryLeaf, keyOfLeaf } from '../src/bucket-tree/leaf.ts';
import {
  type BucketProof,
  bucketOf,
  createBucketTree,
  decodeBucketProof,
  encodeBucketProof,
  verifyBucketProof,
} from '../src/bucket-tree.ts';
import { compareBytes, merkleRoot } from '../src/merkle.ts';
import { taggedHash } from '../src/transcript.ts';

const keyOf = (number: number): Uint8Array => Uint8Array.of(number >> 8, number);

/** Two keys of one bucket, found by trying: more than one entry in a bucket is what its own tree is for. */
const inOneBucket = (count: number): Uint8Array[] => {
  const byBucket = new Map<number, Uint8Array[]>();
  for (let number = 0; ; number++) {
    const key = Uint8Array.of(number >> 16, number >> 8, number);
    const keys = [...(byBucket.get(bucketOf(key)) ?? []), key];
    byBucket.set(bucketOf(key), keys);
    if (keys.length === count) return keys;
  }
};

/** The root as its definition says it, over the whole map. */
const plainRoot = (entries: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array => {
  const buckets: Uint8Array[][] = Array.from({ length: 65_536 }, () => []);
  for (const [key, value] of [...entries].sort(([a], [b]) => compareBytes(a, b))) {
    const hash = taggedHash('ios/crypto/v1/bucket', key);
    buckets[hash[0]! * 256 + hash[1]!]!.push(Uint8Array.from([key.length, ...key, ...sha256(value)]));
  }
  const leafOf = (leaves: Uint8Array[]): Uint8Array =>
    Uint8Array.from([0, 0, leaves.length >> 8, leaves.length & 0xff, ...merkleRoot(leaves)]);
  const none = leafOf([]);
  return merkleRoot(buckets.map((leaves) => (leaves.length === 0 ? none : leafOf(leaves))));
};

describe('a map in buckets', () => {
  test('a snapshot stays what it was, whatever is set in the tree', () => {
    const keys = [...inOneBucket(4), ...Array.from({ length: 20 }, (_, i) => keyOf(i))];
    const [late, ...early] = keys as [Uint8Array, ...Uint8Array[]];
    const tree = createBucketTree();
    for (const key of early) tree.set(key, Uint8Array.of(1));
    const snapshot = tree.snapshot();
    const [root, size] = [tree.root(), tree.size];
    const proofs = keys.map((key) => tree.prove(key));
    tree.set(late, Uint8Array.of(1));
    tree.set(early[0]!, undefined);
    for (const key of early.slice(1)) tree.set(key, Uint8Array.of(2));
    expect(tree.root()).not.toEqual(root);
    expect([snapshot.root(), snapshot.size]).toEqual([root, size]);
    for (const [i, key] of keys.entries()) {
      const value = key === late ? undefined : Uint8Array.of(1);
      const proof = snapshot.prove(key);
      expect(proof).toEqual(proofs[i]);
      expect(snapshot.get(key)).toEqual(value);
      expect(verifyBucketProof({ key, value, proof, root })).toBe(true);
    }
    expect(tree.snapshot().root()).toEqual(tree.root());
    expect(createBucketTree().snapshot().root()).toEqual(plainRoot([]));
  });

  test('a snapshot takes a few milliseconds, of however many entries', () => {
    const tree = createBucketTree();
    for (let number = 0; number < 20_000; number++) tree.set(keyOf(number), keyOf(number));
    tree.root();
    const times = [1, 2, 3, 4, 5].map(() => {
      const start = performance.now();
      tree.snapshot();
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(50);
  });

  test('the root is that of the definition, and no order of changes matters', () => {
    const keys = [...inOneBucket(5), ...Array.from({ length: 20 }, (_, i) => keyOf(i))];
    const entries = keys.map((key, i) => [key, Uint8Array.of(i, i)] as const);
    const tree = createBucketTree();
    const empty = plainRoot([]);
    expect(tree.root()).toEqual(empty);
    for (const [key, value] of entries) tree.set(key, value);
    const root = plainRoot(entries);
    expect(tree.root()).toEqual(root);
    expect(tree.size).toBe(25);
    const other = createBucketTree();
    for (const [key] of entries) other.set(key, Uint8Array.of(1));
    other.root();
    other.set(Uint8Array.of(77, 77, 77), Uint8Array.of(5));
    for (const [key, value] of [...entries].reverse()) other.set(key, value);
    other.set(Uint8Array.of(77, 77, 77), undefined);
    other.set(Uint8Array.of(78, 77, 77), undefined);
    expect(other.root()).toEqual(root);
    expect(other.size).toBe(25);
    for (const [key, value] of entries) {
      expect(other.get(key)).toEqual(value);
      other.set(key, undefined);
    }
    expect(other.root()).toEqual(empty);
    expect(other.get(keys[0]!)).toBeUndefined();
  });

  test('keys of any length to 255 bytes, none that begins another is mistaken for it', () => {
    const tree = createBucketTree();
    tree.set(Uint8Array.of(), Uint8Array.of(1));
    tree.set(Uint8Array.of(1), Uint8Array.of());
    tree.set(new Uint8Array(255), Uint8Array.of(3));
    expect(tree.get(Uint8Array.of())).toEqual(Uint8Array.of(1));
    expect(tree.get(Uint8Array.of(1))).toEqual(Uint8Array.of());
    expect(() => tree.set(new Uint8Array(256), Uint8Array.of())).toThrow(
      expect.objectContaining({ code: 'out-of-range' }),
    );
    for (const key of [Uint8Array.of(), new Uint8Array(255)]) {
      const claim = { key, value: tree.get(key), proof: tree.prove(key), root: tree.root() };
      expect(verifyBucketProof(claim)).toBe(true);
    }
  });
});

describe('proofs about keys', () => {
  const shared = inOneBucket(6);
  /** Keys of one bucket, all but the second and the last of them there, and some of others. */
  const full = (): ReturnType<typeof createBucketTree> => {
    const tree = createBucketTree();
    [0, 2, 3, 4].forEach((at) => {
      tree.set(shared[at]!, Uint8Array.of(at));
    });
    for (let i = 0; i < 30; i++) tree.set(keyOf(i), Uint8Array.of(i));
    return tree;
  };
  const tree = full();
  const root = tree.root();
  const holds = (key: Uint8Array, value: Uint8Array | undefined, proof: BucketProof, under = root): boolean =>
    verifyBucketProof({ key, value, proof, root: under });

  test('what is there is present with its value, what is not is absent; nothing else verifies', () => {
    const keys = [...shared, ...Array.from({ length: 40 }, (_, i) => keyOf(i))];
    for (const key of keys) {
      const value = tree.get(key);
      const proof = tree.prove(key);
      expect(holds(key, value, proof)).toBe(true);
      expect(decodeBucketProof(encodeBucketProof(proof))).toEqual(proof);
      expect(holds(key, value === undefined ? Uint8Array.of(1) : undefined, proof)).toBe(false);
      expect(holds(key, Uint8Array.of(99), proof)).toBe(false);
      expect(holds(Uint8Array.of(200, 200), value, proof)).toBe(false);
      expect(holds(key, value, proof, createBucketTree().root())).toBe(false);
      expect(holds(key, value, { ...proof, path: proof.path.slice(1) })).toBe(false);
      expect(holds(key, value, { ...proof, path: [...proof.path, root] })).toBe(false);
      for (const size of [proof.size + 1, proof.size - 1, -1, 0.5, 2 ** 32]) {
        expect(holds(key, value, { ...proof, size })).toBe(false);
      }
    }
  });

  test('a proof is about its key alone, also within one bucket', () => {
    for (const [at, key] of shared.entries()) {
      for (const other of shared) {
        if (other === key) continue;
        const value = tree.get(key);
        // Two absent keys in one gap have the same proof, and both are absent.
        const alike = value === undefined && tree.get(other) === undefined;
        if (!alike) expect(holds(other, value, tree.prove(key)), `${at}`).toBe(false);
      }
    }
  });

  test('absence needs both neighbours, adjacent, around the key', () => {
    const proof = tree.prove(shared[1]!);
    if (proof.type !== 'absent' || !proof.absence.left || !proof.absence.right) throw new Error('two neighbours');
    const { left, right, index } = proof.absence;
    for (const absence of [
      { index },
      { index, left },
      { index, right },
      { index: index + 1, left, right },
      { index: index - 1, left, right },
      { index, left: right, right: left },
      { index: 0, right },
    ])
      expect(holds(shared[1]!, undefined, { ...proof, absence })).toBe(false);
  });

  test('proofs are as short beside long values as beside short ones', () => {
    const long = new Uint8Array(65_535).fill(7);
    const proofs = [Uint8Array.of(1), long].map((value) => {
      const tree = createBucketTree();
      for (const at of [0, 2]) tree.set(shared[at]!, value);
      const proof = tree.prove(shared[1]!);
      const root = tree.root();
      expect(holds(shared[1]!, undefined, proof, root)).toBe(true);
      expect(holds(shared[0]!, value, tree.prove(shared[0]!), root)).toBe(true);
      expect(holds(shared[0]!, sha256(value), tree.prove(shared[0]!), root)).toBe(false);
      return encodeBucketProof(proof).length;
    });
    expect(proofs[0]).toBe(proofs[1]);
    expect(proofs[1]).toBeLessThan(700);
  });

  test('a neighbour is a leaf, whole: nothing longer or shorter has a key', () => {
    const proof = tree.prove(shared[1]!);
    if (proof.type !== 'absent' || !proof.absence.left) throw new Error('a left neighbour');
    const { left } = proof.absence;
    for (const leaf of [left.leaf.slice(0, -1), Uint8Array.from([...left.leaf, 0]), new Uint8Array()]) {
      const absence = { ...proof.absence, left: { ...left, leaf } };
      expect(holds(shared[1]!, undefined, { ...proof, absence })).toBe(false);
    }
  });

  test('a leaf is as long as its key says, also under a root that somebody made of others', () => {
    const leaf = entryLeaf(shared[0]!, Uint8Array.of(1));
    expect(keyOfLeaf(leaf)).toEqual(shared[0]!);
    for (const other of [leaf.slice(0, -1), Uint8Array.from([...leaf, 0]), new Uint8Array()])
      expect(keyOfLeaf(other)).toBeUndefined();
  });

  test('an older proof does not hold once its bucket has changed', () => {
    const changing = full();
    const proof = changing.prove(shared[1]!);
    changing.set(shared[1]!, Uint8Array.of(1));
    expect(holds(shared[1]!, undefined, proof, changing.root())).toBe(false);
    expect(holds(shared[1]!, undefined, proof)).toBe(true);
  });

  test('bytes decode whole and canonically, or not', () => {
    for (const key of [shared[0]!, shared[1]!, keyOf(500)]) {
      const bytes = encodeBucketProof(tree.prove(key));
      for (const bad of [bytes.slice(0, -1), Uint8Array.from([...bytes, 0]), new Uint8Array()])
        expect(() => decodeBucketProof(bad)).toThrow(expect.objectContaining({ code: 'bad-encoding' }));
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const changed = bytes.slice();
          changed[at]! ^= flip;
          let proof: BucketProof;
          try {
            proof = decodeBucketProof(changed);
          } catch {
            return;
          }
          expect(encodeBucketProof(proof)).toEqual(changed);
          expect(holds(key, tree.get(key), proof)).toBe(false);
        }),
      );
    }
    expect(() => encodeBucketProof({ type: 'present', size: 1, index: 0, proof: [], path: [] })).toThrow(
      expect.objectContaining({ code: 'bad-encoding' }),
    );
  });
});
