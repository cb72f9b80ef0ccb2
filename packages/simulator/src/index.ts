/**
 * A deterministic network of state machines: virtual clock, faults, Byzantine wrappers, replay and shrinking.
 *
 * @packageDocumentation
 */
export {
  type Adversary,
  type Behaviour,
  compose,
  type Moment,
  mutateEffects,
  mutateInputs,
  mutateSends,
  unicast,
} from './byzantine/adversary.ts';
export {
  deaf,
  delayer,
  garbage,
  generalBehaviours,
  replayer,
  selectivelySilent,
  silent,
} from './byzantine/behaviours.ts';
export { type Side, type SplitBrainOptions, splitBrain } from './byzantine/split-brain.ts';
export {
  addReport,
  type CampaignOptions,
  type CampaignResult,
  campaign,
  emptyCampaign,
  replay,
  type Spread,
} from './campaign.ts';
export type { Effect, Input, Machine, Step } from './contract.ts';
export { SimulationError, type SimulationErrorCode, type SimulationFacts } from './error.ts';
export {
  type ByzantineFault,
  byzantineNodes,
  type CrashFault,
  type Fault,
  type LinkFault,
  type PartitionFault,
  type SkewFault,
} from './fault.ts';
export { fingerprint } from './fingerprint.ts';
export type { HostLatencies } from './host.ts';
export { drawLatency, type Latency } from './latency.ts';
export {
  createNetwork,
  type LinkRule,
  type LinkSettings,
  type NetworkFigures,
  type NetworkOptions,
  type SimulatedNetwork,
} from './network.ts';
export type { Describe, Services, SimulationApi, SimulationOptions } from './options.ts';
export { type Report, type Scenario, violatedProperty } from './report.ts';
export { createRng, type Rng } from './rng.ts';
export { drawFaults, type FaultBounds, type Range } from './schedule.ts';
export { type AsyncRunLimits, createScheduler, type RunLimits, type Scheduler } from './scheduler.ts';
export { type Candidate, type Shrunk, shrink } from './shrink.ts';
export { createSimulation, type Simulation, simulate } from './simulation.ts';
export { createTrace, type Trace } from './trace.ts';
export type { NodeView, OutputRecord, Property, World } from './world.ts';
