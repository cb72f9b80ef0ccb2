/**
 * Atomix: transactions whose inputs live in several shards commit in all of them or in none. The participant machine is
 * pure functions over a shard's state and what verified proofs say; every effect is a delta of the ledger's kind.
 * @module
 */
export { type Need, needOf, nextCredits, nextDecision, nextTrim, receiversOf, type Shown } from './carrier.ts';
export type { ShardContext } from './context.ts';
export type { Credit } from './credit.ts';
export { decodeEntry, type Entry, type EntryContext, encodeEntry, MAX_ENTRY_BYTES, verifyEntry } from './entry.ts';
export { AtomixError, type AtomixErrorCode } from './error.ts';
export type { Evidence } from './evidence.ts';
export {
  cursorLeaves,
  type Execution,
  executeEntries,
  executeEntry,
  type NotExecuted,
  type VerifiedEntry,
} from './execute.ts';
export { createHeldTables, type HeldTables } from './held-tables.ts';
export { decodeLeaf, encodeLeaf, type Leaf, MIN_LEAF_BYTES, type Verdict } from './leaf.ts';
export { type OutboxRun, outboxOf, outboxProver, outboxRoot } from './outbox.ts';
export { type AtomixOverlay, createAtomixOverlay, type Locality } from './overlay.ts';
export { type Consignment, consignments, feeShare, otherVoters, type Parties, partiesOf } from './parties.ts';
export { MAX_SHARDS, type Placement, placementOver } from './placement.ts';
export type { CommittedRecord, HeldRecord, PendingRecord } from './record.ts';
export type { Rejected, Rejection, RejectionCode } from './rejection.ts';
export { refundOutpoint } from './rules.ts';
export {
  applyToTree,
  type CertifiedHeader,
  decodeShardProof,
  encodeShardProof,
  MAX_PROOF_BYTES,
  MAX_RUN,
  type OutboxProof,
  proveState,
  type ShardProof,
  type StateProof,
  stateKey,
} from './shard-proof.ts';
export {
  CURSOR_TABLE,
  type Cursor,
  decodeCredit,
  decodeCursor,
  decodeRecord,
  decodeSpan,
  encodeQueueKey,
  encodeShard,
  HELD_TABLE,
  QUEUE_TABLE,
  SPAN_TABLE,
  type Span,
} from './tables.ts';
export type { Executed } from './transact.ts';
export { type FinalHeader, type HeaderVerifier, type ProofContext, verifyShardProof } from './verify.ts';
export { type AtomixView, type HeldView, joinViews } from './view.ts';
