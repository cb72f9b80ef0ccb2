import { type Hasher, nobleHasher } from '@ios/crypto/merkle';
import { cursorOver } from './cursor.ts';
import { type TaggedHash, tagged } from './hash.ts';
import type { TransactionBody } from './transaction.ts';
import { bodyBytes, putBody } from './transaction-codec.ts';

const transactionHash: TaggedHash = /* @__PURE__ */ tagged('transaction');
const witnessHash: TaggedHash = /* @__PURE__ */ tagged('witness');

/**
 * The id of a transaction: taggedHash('ios/ledger/v1/transaction', encoded body), 32 bytes. Witnesses are not in it.
 * Throws `out-of-range` for a body that has no encoding.
 */
export function transactionId(body: TransactionBody, hasher: Hasher = nobleHasher): Uint8Array {
  const length = bodyBytes(body);
  const preimage = transactionHash.preimage(length);
  putBody({ ...cursorOver(preimage), offset: preimage.length - length }, body);
  return hasher.sha256(preimage);
}

/** What each owner signs: taggedHash('ios/ledger/v1/witness', id), 32 bytes. */
export const signingMessage = (id: Uint8Array, hasher: Hasher = nobleHasher): Uint8Array => witnessHash([id], hasher);
