/**
 * PBFT in its ByzCoin form as a pure state machine: locks, certificates, view change, evidence.
 * @module
 */
export type { Command, Decision, Output, Parent } from './application.ts';
export {
  type Certificate,
  type CertificateContext,
  type CertificateScheme,
  decodeCertificate,
  encodeCertificate,
  maskOf,
  membersOf,
  verifyCertificate,
} from './certificate.ts';
export type { Collector, CollectorEffect, CollectorInput } from './collector.ts';
export { type Committee, type HeightContext, indexOf, type Member } from './committee.ts';
export type { EngineConfig, Limits } from './engine/config.ts';
export type { Announce, Endorse, State } from './engine/state.ts';
export { BftError, type BftErrorCode } from './errors.ts';
export { type Evidence, evidenceClaims, type SignedDigest } from './evidence.ts';
export type { CertificateClaim, Effect, Input, ShareKind, SignatureClaim, SignKind, Statement } from './host.ts';
export {
  type Certified,
  type Claim,
  decodeMessage,
  type Message,
  type Prepared,
  type Proposal,
  type ViewChange,
} from './messages.ts';
export { faults, quorum } from './quorum.ts';
export { decodeRecord, RECORD_KEY, type VoteKind, type VoteRecord } from './record.ts';
export { createReplica, type Machine, type ReplicaConfig, type ReplicaState } from './replica.ts';
export type { Rules } from './rules.ts';
export { type RotationOptions, rotation, type Schedule } from './schedule.ts';
export {
  type SignatureListOptions,
  type SignatureListState,
  signatureClaims,
  signatureList,
  signatureListCollector,
} from './signature-list.ts';
export { endorsedBytes, type Phase, type Scope, type Slot } from './statements.ts';
