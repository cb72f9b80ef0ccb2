/**
 * A verifiable random function, the lottery that elects a leader with it, and stake-weighted sortition.
 *
 * @packageDocumentation
 */
export { type BatchEcvrf, batchEcvrfEll2, batchEcvrfTai, createBatchEcvrf, type VrfClaim } from './ecvrf/batch.ts';
export { createEcvrf, type Ecvrf, type EcvrfOptions, ecvrfEll2, ecvrfTai } from './ecvrf/ecvrf.ts';
export { BATCHABLE_PROOF_LENGTH, PROOF_LENGTH } from './ecvrf/proof.ts';
export type { EcvrfSuite } from './ecvrf/suite.ts';
export { VrfError, type VrfErrorCode } from './errors.ts';
