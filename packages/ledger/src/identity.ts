import { type Hasher, nobleHasher } from '@ios/crypto/merkle';
import { type TaggedHash, tagged } from './hash.ts';
import type { TransactionBody } from './transaction.ts';
import { bodyBytes, putBody } from './transaction-codec.ts';

const transactionHash: TaggedHash = /* @__PURE__ */ tagged('transaction');
const witnessHash: TaggedHash = /* @__PURE__ */ tagged('witness');

/**
 * The id of a transaction: taggedHash('ios/ledger/v1/transaction', encoded body), 32 bytes. Witnesses are not in it.
 * Throws `out-of-range` for a body that has no encoding.
 */
export const transactionId = (body: TransactionBody, hasher: Hasher = nobleHasher): Uint8Array =>
  transactionHash.written(bodyBytes(body), putBody, body, hasher);

/** What each owner signs: taggedHash('ios/ledger/v1/witness', id), 32 bytes. */
export const signingMessage = (id: Uint8Array, hasher: Hasher = nobleHasher): Uint8Array => witnessHash([id], hasher);
