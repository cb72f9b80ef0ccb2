/**
 * A verifiable random function, the lottery that elects a leader with it, and stake-weighted sortition.
 *
 * @packageDocumentation
 */
export { type Attachment, decodeAttachment, encodeAttachment, MAX_ATTACHMENT_LENGTH } from './attachment.ts';
export { type BatchEcvrf, batchEcvrfEll2, batchEcvrfTai, createBatchEcvrf, type VrfClaim } from './ecvrf/batch.ts';
export { createEcvrf, type Ecvrf, type EcvrfOptions, ecvrfEll2, ecvrfTai } from './ecvrf/ecvrf.ts';
export { BATCHABLE_PROOF_LENGTH, PROOF_LENGTH } from './ecvrf/proof.ts';
export type { EcvrfSuite } from './ecvrf/suite.ts';
export type { ElectionConfig } from './election/config.ts';
export { createElection, type Election } from './election/election.ts';
export { decodeTickets, encodeTickets } from './election/gossip.ts';
export type { Effect, ElectionCommand, ElectionOutput, Input, SeatAttachment, Statement } from './election/host.ts';
export type { ElectionState } from './election/state.ts';
export { VrfError, type VrfErrorCode } from './errors.ts';
export {
  type Exclusion,
  type ExclusionRecord,
  excludedBy,
  faults,
  MAX_EXCLUDED,
  type Moment,
  mergeExclusions,
  mostExcluded,
  type TimeoutClaim,
} from './exclusion.ts';
export {
  type Attempt,
  alphaOf,
  type ElectionContext,
  isAttachment,
  leaderOf,
  type OpeningClaim,
  rankOf,
  type Seat,
} from './leader.ts';
export { type Candidate, electionViewOf, LEADERS_PER_DRAWING, lowestEligible, ranking } from './ranking.ts';
export { type Draw, drawUnits, MAX_EXPECTED, MAX_STAKE_BITS } from './sortition.ts';
export {
  decodeTicket,
  encodeTicket,
  type Lottery,
  TICKET_LENGTH,
  type Ticket,
  ticketAlpha,
  ticketCoder,
  ticketRank,
} from './ticket.ts';
