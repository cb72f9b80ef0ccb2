import { compareBytes, type Hasher, nobleHasher, runProver } from '@ios/crypto/merkle';
import { taggedHash } from '@ios/crypto/transcript';
import { sameBytes } from './bytes.ts';
import { encodeLeaf, type Leaf } from './leaf.ts';

/**
 * The outbox of a block: the encodings of its leaves in ascending order, each once. So the credits for one receiver lie
 * side by side by their numbers, and one path proves a run of them.
 */
export function outboxOf(leaves: readonly Leaf[]): Uint8Array[] {
  const sorted = leaves.map(encodeLeaf).sort(compareBytes);
  return sorted.filter((leaf, i) => i === 0 || !sameBytes(leaf, sorted[i - 1]!));
}

/** The outbox root of a header: see `outboxCommitment`, over the RFC 6962 root of the outbox. 32 bytes. */
export const outboxRoot = (outbox: readonly Uint8Array[], hasher: Hasher = nobleHasher): Uint8Array =>
  outboxCommitment(outbox.length, hasher.merkleRoot(outbox));

/**
 * taggedHash('ios/atomix/v1/outbox', u32 number of leaves, RFC 6962 root): with the number beside it, the place of a leaf is
 * not the prover's to choose.
 */
export function outboxCommitment(size: number, root: Uint8Array): Uint8Array {
  const number = Uint8Array.of(size >>> 24, size >>> 16, size >>> 8, size);
  return taggedHash('ios/atomix/v1/outbox', number, root);
}

/** Leaves of an outbox, side by side, and their audit path. */
export interface OutboxRun {
  /** Number of leaves of the outbox (u32). */
  readonly size: number;
  /** Place of the first leaf of the run. */
  readonly index: number;
  /** The leaves, at least one. */
  readonly leaves: readonly Uint8Array[];
  /** Sibling hashes of 32 bytes, in the order of crypto's `runProof`. */
  readonly path: readonly Uint8Array[];
}

/**
 * Proofs of an outbox, whose tree is hashed once: a function of the first leaf and of how many there are (1 by default),
 * which throws crypto's `out-of-range` if there are no such leaves.
 */
export function outboxProver(
  outbox: readonly Uint8Array[],
  hasher: Hasher = nobleHasher,
): (index: number, count?: number) => OutboxRun {
  const pathOf = runProver(outbox, hasher);
  return (index, count = 1) => {
    const path = pathOf(index, count);
    return { size: outbox.length, index, leaves: outbox.slice(index, index + count), path };
  };
}
