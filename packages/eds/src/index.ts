/**
 * Validators to shards by public randomness, the swaps between two assignments, and how safe both are.
 *
 * @packageDocumentation
 */
export { assign } from './assignment.ts';
export { EdsError, type EdsErrorCode } from './errors.ts';
export { batchSize, faults, MAX_VALIDATORS, type ShardPolicy, shardSizes } from './policy.ts';
export { assess, check, type SecurityQuestion, type SecurityReport } from './security/calculator.ts';
export { formatProbability, fraction, isAtMost, type Probability } from './security/probability.ts';
export { binomialTail, hypergeometricTail, MAX_SIZE, smallestCommittee } from './security/tails.ts';
export { MAX_COUNTED, type TransitionQuestion, type TransitionRisk, transitionRisk } from './security/transition.ts';
export { planTransition, type Swap, type TransitionInput, type TransitionPlan } from './transition/plan.ts';
export {
  beginTransition,
  frontArrivals,
  isComplete,
  passTime,
  type QueuedSwap,
  swapIn,
  type Transition,
} from './transition/progress.ts';
