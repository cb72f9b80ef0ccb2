import type { EpochSummary } from './epochs.ts';
import type { AbortedTransfer } from './fates.ts';
import type { FaultSummary } from './faults/play.ts';
import type { ReplayResult } from './replay.ts';
import type { ShardFaultSummary } from './shard-faults/stage.ts';
import type { WorkloadStats } from './workload-stats.ts';

/** A shard at the height up to which its chain was replayed from genesis. */
export interface ShardSummary {
  /** Its validators, by their places in genesis. */
  readonly validators: readonly number[];
  readonly height: number;
  readonly executionDigest: string;
  /** What exists in it, outputs and fees, in atomic units. */
  readonly supply: string;
}

/** Transfers of a kind: how many, and from submission until the last shard had done its part. */
export interface KindSummary {
  readonly transfers: number;
  readonly finalityP50Ms: number;
  readonly finalityP99Ms: number;
}

/** The whole of what a devnet run found, as plain data for `--json`. Times are in ms, as the client saw them. */
export interface DevnetSummary {
  /** Hash of the Bitcoin block as explorers print it. */
  readonly block: string;
  /** Whether amounts and some owners were assumed, for want of undo data. */
  readonly assumed: boolean;
  readonly validators: number;
  /** By their numbers. */
  readonly shards: readonly ShardSummary[];
  readonly transfers: number;
  /** Those that were given up, in the order of the block, and how many for each reason: none, unless the run fails. */
  readonly aborted: { readonly [Reason in AbortedTransfer['reason']]: number } & {
    readonly transfers: readonly AbortedTransfer[];
  };
  /** All others by the shards that have a part in them, with the times to finality of each kind. */
  readonly kinds: {
    /** Of one shard. */
    readonly home: KindSummary;
    /** With inputs in one shard and outputs in others. */
    readonly paid: KindSummary;
    /** With inputs in several shards, which vote. */
    readonly voted: KindSummary;
  };
  /** How many of these touch more than one shard, from 0 to 1. */
  readonly crossShard: number;
  /** Inputs that spend an output of another transfer. */
  readonly withinBlock: number;
  readonly deepestChain: number;
  /** Transactions left out, besides the coinbase. */
  readonly excluded: number;
  /** Outputs of value zero, left out. */
  readonly droppedOutputs: number;
  /** Transfers that came before their parents, by the validators' word. */
  readonly waited: number;
  /** How many blocks were replayed, of all shards. */
  readonly height: number;
  /** Commit certificates verified: one of each validator for each block. */
  readonly certificates: number;
  /** How many of them `node:crypto` accepts by itself, as an Ed25519 signature under the sum of the signers' keys. */
  readonly nativeCertificates: number;
  /** Signatures of owners verified. */
  readonly witnesses: number;
  /** What all shards have together, in atomic units: as much as genesis made. */
  readonly supply: string;
  /** From the first submission until all transfers were seen final on all validators, or given up. */
  readonly elapsedMs: number;
  /** Of those that are final. */
  readonly transfersPerSecond: number;
  readonly finalityP50Ms: number;
  readonly finalityP99Ms: number;
  /** The randomness of each epoch, verified from genesis. */
  readonly epochs: readonly EpochSummary[];
  /** The planned fault; absent without one. */
  readonly fault?: FaultSummary;
  /** What went wrong between shards; absent unless it was asked for. */
  readonly shardFault?: ShardFaultSummary;
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

/** Times to finality in ms, ascending, as a summary has them. */
const kind = (latencies: readonly number[]): KindSummary => ({
  transfers: latencies.length,
  finalityP50Ms: Math.round(percentile(latencies, 0.5)),
  finalityP99Ms: Math.round(percentile(latencies, 0.99)),
});

/** What there is to say of a replay that was verified. */
export const summarise = (
  { name, assumed, validators, stats }: Replayed,
  result: ReplayResult,
  epochs: readonly EpochSummary[],
  fault?: FaultSummary,
  shardFault?: ShardFaultSummary,
): DevnetSummary => {
  const { transfers, aborted, waited, latencies, elapsedMs, shards, supply } = result;
  const { home, paid, voted } = latencies;
  const all = kind([...home, ...paid, ...voted].sort((a, b) => a - b));
  const sum = (field: 'height' | 'certificates' | 'nativeCertificates' | 'witnesses'): number =>
    shards.reduce((total, shard) => total + shard[field], 0);
  const final = transfers - aborted.length;
  const abortedFor = (reason: AbortedTransfer['reason']): number =>
    aborted.filter((one) => one.reason === reason).length;
  return {
    block: name,
    assumed,
    validators,
    shards: shards.map(({ validators: seats, height, executionDigest, supply: own }) => ({
      validators: seats,
      height,
      executionDigest,
      supply: own.toString(),
    })),
    transfers,
    aborted: {
      rejected: abortedFor('rejected'),
      absent: abortedFor('absent'),
      expired: abortedFor('expired'),
      transfers: aborted,
    },
    kinds: { home: kind(home), paid: kind(paid), voted: kind(voted) },
    crossShard: (paid.length + voted.length) / Math.max(1, final),
    withinBlock: stats.withinBlock,
    deepestChain: stats.deepestChain,
    excluded: stats.excluded.descendants + stats.excluded.empty + stats.excluded.tooLarge,
    droppedOutputs: stats.droppedOutputs,
    waited,
    height: sum('height'),
    certificates: sum('certificates'),
    nativeCertificates: sum('nativeCertificates'),
    witnesses: sum('witnesses'),
    supply: supply.toString(),
    elapsedMs: Math.round(elapsedMs),
    transfersPerSecond: Math.round((final / elapsedMs) * 10_000) / 10,
    finalityP50Ms: all.finalityP50Ms,
    finalityP99Ms: all.finalityP99Ms,
    epochs,
    ...(fault !== undefined && { fault }),
    ...(shardFault !== undefined && { shardFault }),
  };
};
