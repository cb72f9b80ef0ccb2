import type { EpochSummary } from './epochs.ts';
import type { FaultSummary } from './faults/play.ts';
import type { ReplayResult } from './replay.ts';
import type { WorkloadStats } from './workload-stats.ts';

/** The whole of what a devnet run found, as plain data for `--json`. Times are in ms, as the client saw them. */
export interface DevnetSummary {
  /** Hash of the Bitcoin block as explorers print it. */
  readonly block: string;
  /** Whether amounts and some owners were assumed, for want of undo data. */
  readonly assumed: boolean;
  readonly validators: number;
  readonly transfers: number;
  /** Inputs that spend an output of another transfer. */
  readonly withinBlock: number;
  readonly deepestChain: number;
  /** Transactions left out, besides the coinbase. */
  readonly excluded: number;
  /** Outputs of value zero, left out. */
  readonly droppedOutputs: number;
  /** Transfers that came before their parents, by the validators' word. */
  readonly waited: number;
  /** How many blocks were replayed. */
  readonly height: number;
  /** Commit certificates verified: one of each validator for each block. */
  readonly certificates: number;
  /** How many of them `node:crypto` accepts by itself, as an Ed25519 signature under the sum of the signers' keys. */
  readonly nativeCertificates: number;
  /** Signatures of owners verified. */
  readonly witnesses: number;
  readonly executionDigest: string;
  /** In atomic units. */
  readonly supply: string;
  /** From the first submission until all transfers were seen final on all validators. */
  readonly elapsedMs: number;
  readonly transfersPerSecond: number;
  readonly finalityP50Ms: number;
  readonly finalityP99Ms: number;
  /** The randomness of each epoch, verified from genesis. */
  readonly epochs: readonly EpochSummary[];
  /** The planned fault; absent without one. */
  readonly fault?: FaultSummary;
}

/** What was replayed. */
export interface Replayed {
  readonly name: string;
  readonly assumed: boolean;
  readonly validators: number;
  readonly stats: WorkloadStats;
}

/** The value below which a share of `sorted` (ascending) lies; 0 for none. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** A number of things, in words. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What there is to say of a replay that was verified. */
export const summarise = (
  { name, assumed, validators, stats }: Replayed,
  result: ReplayResult,
  epochs: readonly EpochSummary[],
  fault?: FaultSummary,
): DevnetSummary => ({
  block: name,
  assumed,
  validators,
  transfers: result.transfers,
  withinBlock: stats.withinBlock,
  deepestChain: stats.deepestChain,
  excluded: stats.excluded.descendants + stats.excluded.empty + stats.excluded.tooLarge,
  droppedOutputs: stats.droppedOutputs,
  waited: result.waited,
  height: result.height,
  certificates: result.certificates,
  nativeCertificates: result.nativeCertificates,
  witnesses: result.witnesses,
  executionDigest: result.executionDigest,
  supply: result.supply.toString(),
  elapsedMs: Math.round(result.elapsedMs),
  transfersPerSecond: Math.round((result.transfers / result.elapsedMs) * 10_000) / 10,
  finalityP50Ms: Math.round(percentile(result.latencies, 0.5)),
  finalityP99Ms: Math.round(percentile(result.latencies, 0.99)),
  epochs,
  ...(fault !== undefined && { fault }),
});
