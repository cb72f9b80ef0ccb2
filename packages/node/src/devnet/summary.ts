import type { ReplayResult } from './replay.ts';
import type { WorkloadStats } from './workload-stats.ts';

/** The whole of what a devnet run found, as plain data for `--json`. */
export interface DevnetSummary {
  readonly block: string;
  readonly validators: number;
  readonly transfers: number;
  readonly withinBlock: number;
  readonly deepestChain: number;
  readonly excluded: number;
  readonly droppedOutputs: number;
  readonly waited: number;
  readonly height: number;
  readonly certificates: number;
  readonly executionDigest: string;
  /** In atomic units. */
  readonly supply: string;
  readonly elapsedMs: number;
  readonly transfersPerSecond: number;
  readonly finalityP50Ms: number;
  readonly finalityP99Ms: number;
}

/** The value below which a share of `sorted` (ascending, not empty) lies. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;

/** What there is to say of a replay that was verified. */
export const summarise = (
  block: string,
  validators: number,
  stats: WorkloadStats,
  result: ReplayResult,
): DevnetSummary => ({
  block,
  validators,
  transfers: result.transfers,
  withinBlock: stats.withinBlock,
  deepestChain: stats.deepestChain,
  excluded: stats.excluded.descendants + stats.excluded.empty + stats.excluded.tooLarge,
  droppedOutputs: stats.droppedOutputs,
  waited: result.waited,
  height: result.height,
  certificates: result.certificates,
  executionDigest: result.executionDigest,
  supply: result.supply.toString(),
  elapsedMs: Math.round(result.elapsedMs),
  transfersPerSecond: Math.round((result.transfers / result.elapsedMs) * 10_000) / 10,
  finalityP50Ms: Math.round(percentile(result.latencies, 0.5)),
  finalityP99Ms: Math.round(percentile(result.latencies, 0.99)),
});
