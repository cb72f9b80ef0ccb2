/**
 * UTXO transactions and blocks: one encoding for everything, validation split into structure and witnesses, apply and
 * undo as deltas.
 * @module
 */
export { decodeAddress, encodeAddress } from './address.ts';
export { formatIos, parseIos, UNITS_PER_IOS } from './amount.ts';
export { type Applied, applyBody, applyTransactions, type NotApplied, type TransactionResult } from './apply.ts';
export { applyBlock } from './apply-block.ts';
export {
  assembleBlock,
  type Block,
  type BlockPosition,
  type BoundBlock,
  bindBlock,
  parentCertificateHash,
} from './block.ts';
export { decodeBlock, encodeBlock, MAX_BLOCK_BYTES, MAX_BLOCK_TRANSACTIONS } from './block-codec.ts';
export { type Context, checkBody, MAX_EXPIRY_AHEAD } from './body.ts';
export { type Change, canonicalDelta, type Delta, FEE_TABLE, OUTPUT_TABLE, undo } from './delta.ts';
export { decodeDelta, encodeDelta } from './delta-codec.ts';
export { INITIAL_EXECUTION_DIGEST, nextExecutionDigest } from './digest.ts';
export { LedgerError, type LedgerErrorCode } from './error.ts';
export { feeDelta, POT } from './fees.ts';
export { genesisDelta, genesisOutpoint } from './genesis.ts';
export { type BlockHeader, blockHash, decodeHeader, encodeHeader, HEADER_BYTES, headerMismatch } from './header.ts';
export { signingMessage, transactionId } from './identity.ts';
export { proveTransaction, type TransactionProof, verifyTransactionInclusion } from './inclusion.ts';
export {
  decodeOutPoint,
  encodeOutPoint,
  OUTPOINT_BYTES,
  type OutPoint,
  outpointKey,
  sameOutPoint,
} from './outpoint.ts';
export { decodeOutput, encodeOutput, OUTPUT_BYTES } from './output.ts';
export { createOverlay, type Overlay, type Slot, spend } from './overlay.ts';
export { checkOwners, inputOwners } from './owners.ts';
export type { Accepted, Rejected, Rejection, RejectionCode } from './rejection.ts';
export { checkStructure } from './structure.ts';
export {
  type Input,
  MAX_AMOUNT,
  MAX_INPUTS,
  MAX_OUTPUTS,
  type Output,
  type Transaction,
  type TransactionBody,
} from './transaction.ts';
export { decodeTransaction, encodeBody, encodeTransaction, MAX_TRANSACTION_BYTES } from './transaction-codec.ts';
export { createUtxoSet, type StateEntry, type UnspentOutput, type UtxoSet } from './utxo-set.ts';
export type { LedgerView, UtxoView } from './view.ts';
export { blockWire, bodyWire, deltaWire, headerWire, transactionWire } from './wire.ts';
export { type ClaimVerifier, checkWitnesses, type Signer, signTransaction, witnessClaims } from './witness.ts';
