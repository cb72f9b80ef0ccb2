import * as P from 'micro-packed';
import { CryptoError } from '../error.ts';
import { type AbsenceProof, verifyAbsence } from '../merkle/absence.ts';
import { type Hasher, nobleHasher } from '../merkle/hasher.ts';
import { inclusionRoot, verifyInclusion } from '../merkle/inclusion.ts';
import { leafHash } from '../merkle/tree.ts';
import { BUCKETS, bucketLeaf, entryLeaf, keyOfLeaf, MAX_KEY_BYTES } from './leaf.ts';
import { bucketOf } from './tree.ts';

/** That a key is there: number of entries in its bucket, its place among them, and the paths to both roots. */
export interface PresenceProof {
  readonly type: 'present';
  readonly size: number;
  readonly index: number;
  /** Sibling hashes of 32 bytes within the bucket, the lowest first. */
  readonly proof: readonly Uint8Array[];
  /** 16 sibling hashes of 32 bytes from the bucket to the root, the lowest first. */
  readonly path: readonly Uint8Array[];
}

/** That a key is not there: number of entries in its bucket, the neighbours among them, and the path to the root. */
export interface BucketAbsenceProof {
  readonly type: 'absent';
  readonly size: number;
  readonly absence: AbsenceProof;
  /** As in {@link PresenceProof}. */
  readonly path: readonly Uint8Array[];
}

/** Either proof about one key. */
export type BucketProof = PresenceProof | BucketAbsenceProof;

/** What a proof about a key says under a root (32 bytes): it has this value, or, where that is `undefined`, none. */
export interface BucketClaim {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
  readonly proof: BucketProof;
  readonly root: Uint8Array;
}

/**
 * Whether a proof about a key holds. Never throws on a prover's bytes. That the entries of a bucket are sorted, and each in
 * its bucket, is a duty of whoever signed the root.
 */
export const verifyBucketProof = (claim: BucketClaim, hasher: Hasher = nobleHasher): boolean => {
  const { key, value, proof, root } = claim;
  if (key.length > MAX_KEY_BYTES || proof.path.length !== PATH) return false;
  if ((proof.type === 'present') !== (value !== undefined)) return false;
  if (!Number.isSafeInteger(proof.size) || proof.size < 0 || proof.size > 0xffffffff) return false;
  const bucketRoot = rootOfBucket();
  if (bucketRoot === undefined) return false;
  const leaf = bucketLeaf(proof.size, bucketRoot);
  return verifyInclusion({ leaf, index: bucketOf(key), size: BUCKETS, proof: proof.path, root }, hasher);

  /** The root that the lower part leads to; where two neighbours give one, they must agree on it. */
  function rootOfBucket(): Uint8Array | undefined {
    const { size } = proof;
    if (proof.type === 'present') {
      const hash = leafHash(entryLeaf(key, value!, hasher), hasher);
      return inclusionRoot({ leafHash: hash, index: proof.index, size, proof: proof.proof }, hasher);
    }
    const { index, left, right } = proof.absence;
    const lower =
      left !== undefined
        ? inclusionRoot({ leafHash: leafHash(left.leaf, hasher), index: index - 1, size, proof: left.proof }, hasher)
        : right !== undefined
          ? inclusionRoot({ leafHash: leafHash(right.leaf, hasher), index, size, proof: right.proof }, hasher)
          : hasher.merkleRoot([]);
    if (lower === undefined) return undefined;
    return verifyAbsence({ key, size, root: lower, proof: proof.absence }, keyOfLeaf, hasher) ? lower : undefined;
  }
};

/** Levels between a bucket and the root. */
const PATH = 16;

const hash: P.CoderType<Uint8Array> = /* @__PURE__ */ P.bytes(32);
const hashes = /* @__PURE__ */ P.array(P.U8, hash) as unknown as P.CoderType<readonly Uint8Array[]>;
const path = /* @__PURE__ */ P.array(PATH, hash) as unknown as P.CoderType<readonly Uint8Array[]>;
const neighbour = /* @__PURE__ */ P.optional(P.bool, P.struct({ leaf: P.bytes(P.U16BE), proof: hashes }));

const absence: P.CoderType<AbsenceProof> = /* @__PURE__ */ P.apply(
  P.struct({ index: P.U32BE, left: neighbour, right: neighbour }),
  {
    encode: ({ index, left, right }) => ({ index, ...(left && { left }), ...(right && { right }) }),
    decode: ({ index, left, right }: AbsenceProof) => ({ index, left, right }),
  },
);

/**
 * Tag u8, then 0 present: size u32, index u32, siblings (u8 number) 32 each, 16 siblings; 1 absent: size u32, index u32, two
 * neighbours (flag u8; leaf (u16 length), siblings (u8 number)), 16 siblings.
 */
export const bucketProofCoder: P.CoderType<BucketProof> = /* @__PURE__ */ P.apply(
  P.tag(P.U8, {
    0: P.struct({ size: P.U32BE, index: P.U32BE, proof: hashes, path }),
    1: P.struct({ size: P.U32BE, absence, path }),
  }),
  {
    encode: (tagged): BucketProof =>
      tagged.TAG === 0 ? { type: 'present', ...tagged.data } : { type: 'absent', ...tagged.data },
    decode: (proof: BucketProof) =>
      proof.type === 'present' ? { TAG: 0 as const, data: proof } : { TAG: 1 as const, data: proof },
  },
);

/** The one encoding of a proof. @throws CryptoError `bad-encoding` for a proof that has none */
export const encodeBucketProof = (proof: BucketProof): Uint8Array => strictly(() => bucketProofCoder.encode(proof));

/** The proof that `bytes` encode, whole. @throws CryptoError `bad-encoding` */
export const decodeBucketProof = (bytes: Uint8Array): BucketProof =>
  strictly(() => bucketProofCoder.decode(new Uint8Array(bytes)));

const strictly = <Value>(act: () => Value): Value => {
  try {
    return act();
  } catch (cause) {
    throw new CryptoError('bad-encoding', 'no proof about a key', {}, cause);
  }
};
