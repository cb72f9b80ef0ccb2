/**
 * One root over a map: entries in 65 536 buckets by a hash of their key, each bucket an RFC 6962 tree sorted by key, all of
 * them under one RFC 6962 tree. Changed in place; that a key is there, or is not, can be proved.
 * @module
 */
export {
  type BucketAbsenceProof,
  type BucketClaim,
  type BucketProof,
  bucketProofCoder,
  decodeBucketProof,
  encodeBucketProof,
  type PresenceProof,
  verifyBucketProof,
} from './bucket-tree/proof.ts';
export { type BucketSnapshot, type BucketTree, bucketOf, createBucketTree } from './bucket-tree/tree.ts';
export { CryptoError, type CryptoErrorCode } from './error.ts';
