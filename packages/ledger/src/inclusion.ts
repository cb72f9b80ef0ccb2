import { type Hasher, inclusionProof, nobleHasher, verifyInclusion } from '@ios/crypto/merkle';
import type { Block } from './block.ts';
import { MAX_BLOCK_TRANSACTIONS } from './block-codec.ts';
import type { BlockHeader } from './header.ts';
import type { Transaction } from './transaction.ts';
import { encodeTransaction } from './transaction-codec.ts';

/** Audit path of one transaction in a block: its place, how many there are, sibling hashes (32 bytes each, lowest first). */
export interface TransactionProof {
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/** The proof that transaction `index` is in the block; throws crypto's `out-of-range` if there is no such transaction. */
export function proveTransaction(block: Block, index: number, hasher: Hasher = nobleHasher): TransactionProof {
  const leaves = block.transactions.map(encodeTransaction);
  return { index, size: leaves.length, proof: inclusionProof(leaves, index, hasher) };
}

/**
 * Whether this very transaction, witnesses included, is in the block of this header (RFC 9162, section 2.1.3.2). What is
 * shown is presence: the place and the size are the prover's word, for a root does not determine them. Throws
 * `out-of-range` for a transaction without an encoding.
 */
export function verifyTransactionInclusion(
  header: BlockHeader,
  transaction: Transaction,
  { index, size, proof }: TransactionProof,
  hasher: Hasher = nobleHasher,
): boolean {
  if (size > MAX_BLOCK_TRANSACTIONS) return false;
  const leaf = encodeTransaction(transaction);
  return verifyInclusion({ leaf, index, size, proof, root: header.transactionRoot }, hasher);
}
