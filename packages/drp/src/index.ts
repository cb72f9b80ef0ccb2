/**
 * RandHound: public randomness that nobody can bias or foresee, with a transcript that anyone verifies.
 * @module
 */

export type {
  CheckReason,
  DrpCommand,
  DrpConfig,
  DrpOutput,
  Limits,
  SignOff,
  Timeouts,
} from './config.ts';
export {
  dealingDigest,
  dealingStatement,
  decodeEvidence,
  type Evidence,
  encodeEvidence,
  evidenceOf,
  type SignedDigest,
  verifyEvidence,
} from './dealing.ts';
export { type Epoch, MAX_SERVERS, type Policy, rosterRoot, type Server, type Session, sessionId } from './epoch.ts';
export { DrpError, type DrpErrorCode } from './errors.ts';
export { type Group, grouping, groupSizes, thresholdOf } from './grouping.ts';
export type { Effect, Input, Machine, SignKind } from './host.ts';
export { canSelect, contextOf, type Layout, layoutOf } from './layout.ts';
export { recover, type SharedSecret } from './recover.ts';
export {
  answerRequest,
  type DecryptRequest,
  dealSession,
  encodeDealRequest,
  encodeDecryptRequest,
  type Secrets,
} from './requests.ts';
export type { DealingContext, PvssScheme } from './scheme.ts';
export {
  decodeSelection,
  encodeSelection,
  type Selected,
  type Selection,
  type SelectionFlaw,
  selectionDigest,
  selectionFlaw,
} from './selection.ts';
export {
  checkStatement,
  type DealingClaim,
  type ShareClaim,
  type SignatureClaim,
  type Statement,
  type StatementVerifier,
} from './statements.ts';
export {
  decodeTranscript,
  encodeTranscript,
  type Transcript,
  type TranscriptSecret,
  transcriptFromJson,
  transcriptToJson,
} from './transcript.ts';
export { type TranscriptFlaw, type TranscriptPolicy, type TranscriptVerdict, verifyTranscript } from './verify.ts';
