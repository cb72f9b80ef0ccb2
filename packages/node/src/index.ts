/**
 * The reference node of the Internet of Services, and the parts to assemble another one from.
 * @module
 */

export {
  chainName,
  decodeGenesisFile,
  encodeGenesisFile,
  type Genesis,
  genesisHash,
  initialRandomness,
  type Policy,
  type Registration,
} from '@ios/client';
export { type NodeChannels, nodeChannels } from './channels.ts';
export { type Clock, systemClock } from './clock.ts';
export { type Entropy, systemEntropy } from './entropy.ts';
export { NodeError, type NodeErrorCode } from './errors.ts';
export { checkGenesis } from './genesis/check.ts';
export { DEFAULT_POLICY } from './genesis/policy.ts';
export { nodeHasher } from './hasher.ts';
export {
  type HostEffect,
  type HostedMachine,
  type HostInput,
  type MachineHost,
  type MachineHostOptions,
  startMachine,
} from './host/machine-host.ts';
export { createIdentitySigner, type IdentitySigner } from './keys/identity-signer.ts';
export { type RegistrationRequest, register } from './keys/register.ts';
export { createVoteMarker, type VoteMark, type VoteMarker, type Voter } from './keys/vote-marker.ts';
export { type Meter, noMeter } from './metrics/meter.ts';
export type {
  CounterLabels,
  CounterName,
  DurationLabels,
  DurationName,
  GaugeName,
} from './metrics/table.ts';
export {
  createNode,
  DEFAULT_MEMPOOL,
  type Identity,
  type Node,
  type NodeLog,
  type NodeOptions,
} from './node.ts';
export type {
  BeaconPhase,
  BeaconProgress,
  Head,
  InstanceSummary,
  NodeService,
  NodeStatus,
  StoredBlock,
  Submission,
  Supply,
  TransactionStatus,
} from './service.ts';
export type { ExecutedBlock } from './shard/application.ts';
export type { Certificates } from './shard/certificates.ts';
export { STORE_FORMAT } from './shard/chain-store.ts';
export type { Execution } from './shard/execution.ts';
export type { MempoolLimits } from './shard/mempool.ts';
export type { Step, StepKind, StoredStep } from './shard/steps.ts';
export type { KnownBlock, KnownEntry } from './shard/values.ts';
export {
  type Assertion,
  createInlineVerifier,
  createVerifier,
  type Verifier,
  type VerifierOptions,
} from './verifier.ts';
export { VERSION } from './version.ts';
