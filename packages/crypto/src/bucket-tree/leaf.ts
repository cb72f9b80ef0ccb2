import { assertInteger } from '../error.ts';
import { type Hasher, nobleHasher } from '../merkle/hasher.ts';

/** The buckets of a tree: as many as there are first two bytes of a hash. */
export const BUCKETS = 65_536;

/** The longest key, in bytes: its length is one byte of the leaf. */
export const MAX_KEY_BYTES = 255;

/**
 * The leaf of an entry: length of the key u8 ‖ key ‖ SHA-256 of the value, 32 bytes. Neighbours in proofs of absence are
 * leaves: with the hash they are short, however long the values are that others have put there.
 */
export const entryLeaf = (
  key: Uint8Array,
  value: Uint8Array,
  { sha256 }: Pick<Hasher, 'sha256'> = nobleHasher,
): Uint8Array => {
  assertInteger(key.length, 0, MAX_KEY_BYTES, 'key length');
  const leaf = new Uint8Array(leafLength(key.length));
  leaf[0] = key.length;
  leaf.set(key, 1);
  leaf.set(sha256(value), 1 + key.length);
  return leaf;
};

/** Bytes of the leaf of an entry whose key has this length. */
export const leafLength = (keyLength: number): number => 1 + keyLength + 32;

/** The key in a leaf; `undefined` for bytes that are no leaf of an entry. */
export const keyOfLeaf = (leaf: Uint8Array): Uint8Array | undefined =>
  leaf.length === 0 || leaf.length !== leafLength(leaf[0]!) ? undefined : leaf.subarray(1, 1 + leaf[0]!);

/** What the upper tree has for a bucket: number of its entries u32 ‖ root over them (32), so that neither can be another's. */
export const bucketLeaf = (size: number, root: Uint8Array): Uint8Array => {
  const leaf = new Uint8Array(36);
  new DataView(leaf.buffer).setUint32(0, size);
  leaf.set(root, 4);
  return leaf;
};
