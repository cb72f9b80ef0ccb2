import { type SignedMessage, verify } from '@ios/crypto/ed25519';
import { type Hasher, nobleHasher } from '@ios/crypto/merkle';
import { LedgerError } from './error.ts';
import { signingMessage, transactionId } from './identity.ts';
import { inputOwners } from './owners.ts';
import { type Rejected, rejected } from './rejection.ts';
import type { Transaction, TransactionBody } from './transaction.ts';

/** Signs `message` (32 bytes) with the key of `owner` (32 bytes): a 64-byte Ed25519 signature. */
export type Signer = (message: Uint8Array, owner: Uint8Array) => Uint8Array;

/** Whether one signature holds under the consensus rule, ZIP215. */
export type ClaimVerifier = (claim: SignedMessage) => boolean;

/** The body with a signature of each distinct owner of its inputs, asked from `signer` in the order of first appearance. */
export function signTransaction(body: TransactionBody, signer: Signer, hasher: Hasher = nobleHasher): Transaction {
  const message = signingMessage(transactionId(body, hasher), hasher);
  return { body, witnesses: inputOwners(body.inputs).map((owner) => signer(message, owner)) };
}

/**
 * What the witnesses claim: that each distinct owner signed the signing message. For verifiers that work in batches or
 * elsewhere; the transaction is authorised if every claim is valid. `id` is that of the transaction (32 bytes), for who
 * has it already, as `applyTransactions` returns it. Throws `out-of-range` unless there is one witness for each distinct
 * owner.
 */
export function witnessClaims(
  { body, witnesses }: Transaction,
  hasher: Hasher = nobleHasher,
  id: Uint8Array = transactionId(body, hasher),
): SignedMessage[] {
  const owners = inputOwners(body.inputs);
  if (witnesses.length !== owners.length) {
    throw new LedgerError('out-of-range', `${witnesses.length} witnesses for ${owners.length} distinct owners`);
  }
  const message = signingMessage(id, hasher);
  return owners.map((publicKey, i) => ({ publicKey, message, signature: witnesses[i]! }));
}

/** Verifies the witnesses one after another; rejects with `bad-witness` and the first owner whose signature fails. */
export function checkWitnesses(
  transaction: Transaction,
  verifier: ClaimVerifier = ({ signature, message, publicKey }) => verify(signature, message, publicKey),
  hasher: Hasher = nobleHasher,
): Rejected | undefined {
  for (const claim of witnessClaims(transaction, hasher)) {
    if (!verifier(claim)) return rejected({ code: 'bad-witness', owner: claim.publicKey });
  }
  return undefined;
}
