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
export type { Limits } from './engine/config.ts';
export type { Endorse } from './engine/state.ts';
export { BftError, type BftErrorCode } from './errors.ts';
export { type Evidence, evidenceClaims, type SignedDigest } from './evidence.ts';
export type { CertificateClaim, Effect, Input, SignatureClaim, SignKind, Statement } from './host.ts';
export type { Claim, ViewChange } from './messages.ts';
export { faults, quorum } from './quorum.ts';
export { createReplica, type Machine, type ReplicaConfig, type ReplicaState } from './replica.ts';
export { type RotationOptions, rotation, type Schedule } from './schedule.ts';
export { signatureClaims, signatureList, signatureListCollector } from './signature-list.ts';
export { endorsedBytes, type Phase, type Scope, type Slot } from './statements.ts';
