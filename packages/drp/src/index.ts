/**
 * RandHound: public randomness that f servers cannot foresee, and can bias only with a bounded chance, with a transcript that anyone verifies.
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
export { type Layout, layoutOf } from './layout.ts';
export { createDrp } from './machine/drp.ts';
export type { DrpState } from './machine/state.ts';
export { decodeMessage, encodeMessage, type Message, type Wanted } from './messages.ts';
export { checkBias, type FailureProbability, failureProbability, type Probability, toDecimal } from './probability.ts';
export { recover, type SharedSecret } from './recover.ts';
export {
  answerRequest,
  type DecryptRequest,
  dealSession,
  decodeDecryptRequest,
  encodeDealRequest,
  encodeDecryptRequest,
  type Secrets,
} from './requests.ts';
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
  createQuorumSignOff,
  decodeEndorsements,
  type Endorsement,
  encodeEndorsements,
  endorsementMessage,
} from './sign-off.ts';
export {
  checkStatement,
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
