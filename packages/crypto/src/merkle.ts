/**
 * Merkle trees of RFC 6962 (and RFC 9162, section 2): roots, proofs that a leaf is there, that a tree extends an older
 * one, and, over sorted leaves, that a key is not there.
 *
 * A root does not say how many leaves it covers: the same path proves leaf 3 of 4 and leaf 5 of 6. Take the number of
 * leaves from where the root comes from (a signed header that holds both), never from the prover.
 * @module
 */
export { CryptoError, type CryptoErrorCode } from './error.ts';
export {
  type AbsenceClaim,
  type AbsenceProof,
  absenceProof,
  compareBytes,
  type KeyOf,
  type Neighbour,
  verifyAbsence,
} from './merkle/absence.ts';
export { type ConsistencyClaim, consistencyProof, verifyConsistency } from './merkle/consistency.ts';
export { createHasher, type Hasher, nobleHasher } from './merkle/hasher.ts';
export { type InclusionClaim, inclusionProof, inclusionRoot, verifyInclusion } from './merkle/inclusion.ts';
export { type RunClaim, runProof, runProver, runRoot, verifyRun } from './merkle/run.ts';
export { leafHash, merkleRoot, nodeHash } from './merkle/tree.ts';
