/**
 * Epochs as anyone verifies them from genesis: the values of the beacon, what blocks say of the end of an epoch, and the
 * chain of records.
 * @module
 */
export { type BeaconPolicy, beaconPolicy, withheldAfter } from './epochs/attempts.ts';
export {
  BEACON_INSTANCE,
  type BeaconValue,
  beaconDigest,
  decodeBeaconValue,
  encodeBeaconValue,
  resultDigest,
  signOffDigest,
} from './epochs/beacon-value.ts';
export { type CertifiedValue, type Claimed, claimOf, type Decided, holds } from './epochs/certified.ts';
export { decodeShardEntry, encodeShardEntry, type ShardEntry } from './epochs/entry.ts';
export { type EndedEpochs, followRecord, type RecordHead, recordZero } from './epochs/follow.ts';
export { type CommitteeSeat, type MicroState, type MicroStatePointer, pointedEpochs } from './epochs/micro-state.ts';
export { type OutputClaim, outputClaim } from './epochs/output.ts';
export {
  type Closing,
  decodeEpochRecord,
  type EpochRecord,
  encodeEpochRecord,
  RECORD_INSTANCE,
  recordDigest,
} from './epochs/record.ts';
export {
  decodeSelectionDecision,
  encodeSelectionDecision,
  type SelectionDecision,
  selectionClaim,
} from './epochs/sign-off.ts';
