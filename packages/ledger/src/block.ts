import { type Hasher, nobleHasher } from '@ios/crypto/merkle';
import { parseBlock } from './block-codec.ts';
import { sameBytes } from './bytes.ts';
import { LedgerError } from './error.ts';
import { type TaggedHash, tagged } from './hash.ts';
import { type BlockHeader, blockHash } from './header.ts';
import type { Transaction } from './transaction.ts';
import { encodeTransaction } from './transaction-codec.ts';

/**
 * A block: its header, the certificate of its parent as opaque bytes (0..65535, none at height 1), 0..16384 transactions,
 * and 0..65535 entries: what the block says beside them, such as the end of an epoch, as opaque bytes of any length.
 */
export interface Block {
  readonly header: BlockHeader;
  readonly certificate: Uint8Array;
  readonly transactions: readonly Transaction[];
  readonly entries: readonly Uint8Array[];
}

/** The header fields that do not follow from the contents. */
export type BlockPosition = Omit<BlockHeader, 'parentCertificate' | 'transactionRoot' | 'entryRoot'>;

const certificateHash: TaggedHash = /* @__PURE__ */ tagged('certificate');

/**
 * What a header says of its parent's certificate, 32 bytes: zero at height 1, where there is no parent, above it
 * taggedHash('ios/ledger/v1/certificate', certificate). Throws `out-of-range` for a certificate at height 1.
 */
export function parentCertificateHash(
  height: number,
  certificate: Uint8Array,
  hasher: Hasher = nobleHasher,
): Uint8Array {
  if (height !== 1) return certificateHash([certificate], hasher);
  if (certificate.length > 0) throw new LedgerError('out-of-range', 'the first block has no certificate of a parent');
  return new Uint8Array(32);
}

/**
 * The block with these contents at this position: fills in the header fields that bind them. Throws `out-of-range` for a
 * transaction without an encoding or a certificate at height 1.
 */
export function assembleBlock(
  position: BlockPosition,
  certificate: Uint8Array,
  transactions: readonly Transaction[],
  hasher: Hasher = nobleHasher,
  entries: readonly Uint8Array[] = [],
): Block {
  const parentCertificate = parentCertificateHash(position.height, certificate, hasher);
  const transactionRoot = hasher.merkleRoot(transactions.map(encodeTransaction));
  const entryRoot = hasher.merkleRoot(entries);
  return { header: { ...position, parentCertificate, transactionRoot, entryRoot }, certificate, transactions, entries };
}

/** A decoded block whose header binds its contents, and the header's hash (32 bytes). */
export interface BoundBlock {
  readonly block: Block;
  readonly hash: Uint8Array;
}

/**
 * Decodes a block and holds its contents against its header: the certificate, the transactions and the entries are those that
 * the header commits to, so the returned hash names every byte given. This hash is what a committee decides on. Throws
 * `malformed` as `decodeBlock` does, and `unbound` if the contents are not the header's.
 */
export function bindBlock(bytes: Uint8Array, hasher: Hasher = nobleHasher): BoundBlock {
  const { block, leaves } = parseBlock(bytes);
  const { header, certificate } = block;
  if (header.height === 1 && certificate.length > 0) throw unbound('certificate');
  if (!sameBytes(header.parentCertificate, parentCertificateHash(header.height, certificate, hasher))) {
    throw unbound('certificate');
  }
  if (!sameBytes(header.transactionRoot, hasher.merkleRoot(leaves))) throw unbound('transactions');
  if (!sameBytes(header.entryRoot, hasher.merkleRoot(block.entries))) throw unbound('entries');
  return { block, hash: blockHash(header, hasher) };
}

const unbound = (contents: string): LedgerError =>
  new LedgerError('unbound', `the header does not bind the ${contents}`, { contents });
