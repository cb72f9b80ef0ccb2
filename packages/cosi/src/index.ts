/**
 * Collective Schnorr signatures that any Ed25519 library checks.
 * @module
 */

export type { CoordinatorConfig, Limits, MachineConfig, Timeouts } from './config.ts';
export { createCoordinator } from './coordinator/coordinator.ts';
export type {
  CoordinatorCommand,
  CoordinatorOutput,
  CoordinatorState,
  FaultKind,
} from './coordinator/state.ts';
export { createCosi, edwardsCosi, edwardsRoster } from './cosi.ts';
export { createCosigner } from './cosigner/cosigner.ts';
export type { CosignerCommand, CosignerOutput, CosignerState } from './cosigner/state.ts';
export type { Curve, CurvePoint, KeyCurve } from './curve.ts';
export {
  decodeEntry,
  decodeList,
  encodeEntry,
  encodeList,
  entryCoder,
  entryMessage,
  equalEntries,
  listCoder,
} from './entry.ts';
export { CosiError, type CosiErrorCode } from './errors.ts';
export type { Effect, Input, Machine, SignatureClaim, SignKind, Statement } from './host.ts';
export { indicesOf, maskOf } from './mask.ts';
export { createMember, type MemberCommand, type MemberOutput, type MemberState } from './member.ts';
export { type Commitment, decodeMessage, encodeMessage, type Head, type Message, type Response } from './messages.ts';
export { allOf, mustInclude, type Policy, quorum, weighted } from './policy.ts';
export {
  answerRequest,
  decodeRespondRequest,
  encodeCommitRequest,
  encodeRespondRequest,
  type RespondRequest,
} from './requests.ts';
export { MAX_COSIGNERS } from './roster.ts';
export type { Challenge, Cosigner, CosiScheme, Entry, Roster } from './scheme.ts';
export { createSigner, type ResponseRequest, type Signer, type SignerOptions } from './signer.ts';
export { announcementStatement, listStatement, messageDigest, refusalStatement } from './statements.ts';
export { branchOf, childrenOf, heightOf, parentOf, sizeOf, type Tree } from './tree.ts';
export { signatureClaim } from './verify.ts';
