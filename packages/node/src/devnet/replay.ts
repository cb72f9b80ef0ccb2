import type { Genesis } from '@ios/client';
import type { StatusAnswer } from '@ios/client/methods';
import type { Hasher } from '@ios/crypto/merkle';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import { layoutOf } from '../layout.ts';
import { createArrivals } from './arrivals.ts';
import { type Audit, createAudit } from './audit.ts';
import type { ClientTime } from './client-time.ts';
import { type AbortedTransfer, isOver, verifyFates } from './fates.ts';
import { createFollower, type Follower, type ValidatorClient } from './follower.ts';
import { createSubmitter, type Handing, type Submittable, type Tracked } from './submission.ts';
import { auditFurther, supplyOf, verifyAll, verifyPlaces, verifySupply } from './verification.ts';

/** How far a replay is. */
export interface ReplayProgress {
  readonly total: number;
  /** Taken by the validators. */
  readonly accepted: number;
  /** Final on every validator of each shard that has a part in them. */
  readonly final: number;
  /** What each validator said of itself last, undefined while it does not answer. */
  readonly statuses: readonly (StatusAnswer | undefined)[];
  /** Milliseconds since the first submission. */
  readonly elapsedMs: number;
  /** Milliseconds to finality so far, ascending. */
  readonly latencies: readonly number[];
}

/** What one shard came to, checked by the client. */
export interface ShardResult {
  /** Its validators, by their places in genesis. */
  readonly validators: readonly number[];
  /** The height up to which the chain of each of them was replayed from genesis. */
  readonly height: number;
  /** Execution digest at that height in hex, the same on all of them. */
  readonly executionDigest: string;
  /** Commit certificates that were verified, and how many of them `node:crypto` accepts by itself. */
  readonly certificates: number;
  readonly nativeCertificates: number;
  /** Signatures of owners that were verified. */
  readonly witnesses: number;
  /** What exists in it: outputs and fees, in atomic units. */
  readonly supply: bigint;
}

/** Milliseconds from submission until every shard that has a part in a transfer had done it, of all that were; ascending. */
export interface Latencies {
  /** Of transfers of one shard. */
  readonly home: readonly number[];
  /** Of those with one voter that pay owners in other shards. */
  readonly paid: readonly number[];
  /** Of those with several voters. */
  readonly voted: readonly number[];
}

/** What a replay has shown; all but `waited` and the times checked by the client. */
export interface ReplayResult {
  readonly transfers: number;
  /** Those of them that were given up: none, where all were valid and came in time. */
  readonly aborted: readonly AbortedTransfer[];
  /** How many had to wait, by the word of a validator that took them, until their parents came. */
  readonly waited: number;
  readonly latencies: Latencies;
  /** Milliseconds from the first submission until every transfer was seen final on every validator, or given up. */
  readonly elapsedMs: number;
  /** By their numbers. */
  readonly shards: readonly ShardResult[];
  /** What exists in all of them, in atomic units; as much as genesis made. */
  readonly supply: bigint;
  readonly chains: ReplayedChains;
}

/** The chains of all shards, as they are followed and audited; both can go on. */
export interface ReplayedChains {
  readonly followers: readonly Follower[];
  readonly audits: readonly Audit[];
}

/** Options of {@link replay}. */
export interface ReplayOptions {
  readonly genesis: Genesis;
  /** One for each validator, in the order of genesis. */
  readonly clients: readonly ValidatorClient[];
  readonly transfers: readonly Submittable[];
  /** How they are handed in; by a diligent client by default. */
  readonly handing?: Handing | undefined;
  readonly hasher: Hasher;
  readonly time: ClientTime;
  readonly onProgress: (progress: ReplayProgress) => void;
  /** All transfers are final, and the chain is verified as far as block `done` of `total`. */
  readonly onVerified: (done: number, total: number) => void;
  readonly signal: AbortSignal;
  /** Gives up after so long, in ms. */
  readonly limitMs: number;
}

const POLL_MS = 100;

/**
 * Submits all transfers at once and follows every validator until all are final on all of them, or given up, no shard has a
 * record left, and those of a shard stand at one height; then replays the chain of each shard from genesis and holds every claim of every
 * validator against it.
 *
 * @throws NodeError `refused` for a transfer that was refused, `time` when the limit has passed, `audit` for any claim that does not hold, `halted` for a validator that stopped taking part; or the reason of
 *   `signal`.
 */
export const replay = async (options: ReplayOptions): Promise<ReplayResult> => {
  const { genesis, clients, transfers, hasher, time, onProgress, signal, limitMs } = options;
  const startedAt = time.now();
  const { chain, shards } = layoutOf(genesis);
  const members = shards.map(({ seats }) => seats.map((seat) => ({ seat, client: clients[seat]! })));
  const submitter = createSubmitter(transfers, members, time, options.handing);
  const arrivals = createArrivals(members, submitter.byName, time);
  const followers = members.map((of, shard) =>
    createFollower({ members: of, chain, hasher, onBlock: (k, block) => arrivals.take(shard, k, block) }),
  );
  const audits = members.map((_, shard) => createAudit(genesis, shard, hasher));
  const audit = async (heights: readonly number[], onBlock?: () => void): Promise<void> => {
    for (const [shard, follower] of followers.entries())
      await auditFurther(audits[shard]!, follower, heights[shard]!, onBlock);
  };
  const statuses = (): (StatusAnswer | undefined)[] => {
    const all: (StatusAnswer | undefined)[] = clients.map(() => undefined);
    for (const { members, statuses } of followers)
      for (const [k, { seat }] of members.entries()) all[seat] = statuses[k];
    return all;
  };
  const report = (): void =>
    onProgress({
      total: transfers.length,
      accepted: submitter.counts.accepted,
      final: arrivals.final,
      statuses: statuses(),
      elapsedMs: time.now() - startedAt,
      latencies: arrivals.latencies(() => true),
    });

  let failed: unknown;
  const submitting = submitter.submitAll().catch((cause: unknown) => {
    failed = cause;
  });
  let elapsedMs: number | undefined;
  let heights: readonly number[] | undefined;
  while (heights === undefined) {
    signal.throwIfAborted();
    if (failed !== undefined) throw failed;
    await Promise.all(followers.map((follower) => follower.poll()));
    report();
    if (arrivals.final === transfers.length) {
      elapsedMs ??= time.now() - startedAt;
      if (arrivals.records === 0) heights = allAgreed(followers, arrivals.heights);
    } else if (arrivals.isMissing) {
      // Who voted how stands in no block: it follows from executing them.
      const shown = allAgreed(followers, arrivals.heights);
      if (shown !== undefined) await audit(shown);
      if (isOver(submitter.transfers, audits)) heights = shown;
    } else await submitter.submitAgain();
    if (heights === undefined && time.now() - startedAt > limitMs)
      throw late(transfers.length - arrivals.final, arrivals.records, options, statuses());
    if (heights === undefined) await time.sleep(POLL_MS);
  }
  elapsedMs ??= time.now() - startedAt;
  await submitting;
  if (failed !== undefined) throw failed;
  const total = heights.reduce((sum, height) => sum + height, 0);
  let done = audits.reduce((sum, { height }) => sum + height, 0);
  await audit(heights, () => options.onVerified(++done, total));
  return {
    transfers: transfers.length,
    waited: submitter.counts.waited,
    latencies: {
      home: arrivals.latencies(({ participants }) => participants.length === 1),
      paid: arrivals.latencies(({ voters, participants }) => voters.length === 1 && participants.length > 1),
      voted: arrivals.latencies(({ voters }) => voters.length > 1),
    },
    elapsedMs,
    ...(await verify(genesis, submitter.transfers, { followers, audits })),
  };
};

/** The height at which each shard is verified, once there is one for all. */
const allAgreed = (followers: readonly Follower[], least: readonly number[]): readonly number[] | undefined => {
  const heights = followers.map((follower, shard) => agreed(follower, Math.max(1, least[shard]!)));
  return heights.every((height) => height !== undefined) ? heights : undefined;
};

/** The highest height from `least` on at which every validator has shown its block and told the state that it came to. */
export const agreed = ({ shown, heights }: Pick<Follower, 'shown' | 'heights'>, least: number): number | undefined => {
  for (let height = Math.min(...heights); height >= least; height--)
    if (shown.heads.every((heads) => heads.has(height))) return height;
  return undefined;
};

const late = (
  left: number,
  records: number,
  { transfers, limitMs }: ReplayOptions,
  statuses: readonly (StatusAnswer | undefined)[],
): NodeError => {
  const heights = statuses.map((status) => status?.height ?? 'away').join(', ');
  const what =
    left > 0 || records === 0
      ? `${left} of ${transfers.length} transfers are not final on all validators`
      : `a validator has still ${records} records of transfers`;
  return new NodeError(
    'time',
    `After ${limitMs / 1000} s ${what}, which are at heights ${heights}. Raise --timeout, or run fewer validators.`,
    { left },
  );
};

/** Holds the audited chains against each other, and what every validator says of its transfers and its supply against them. */
const verify = async (
  genesis: Genesis,
  transfers: readonly Tracked[],
  { followers, audits }: ReplayedChains,
): Promise<Pick<ReplayResult, 'aborted' | 'shards' | 'supply' | 'chains'>> => {
  verifyAll(genesis, audits);
  const aborted = verifyFates(transfers, audits);
  for (const [shard, { members }] of followers.entries()) {
    const { steps } = audits[shard]!;
    const names = transfers.map(({ name }) => name).filter((name) => steps.has(name));
    for (const member of members) {
      await verifyPlaces(member, names, audits[shard]!);
      await verifySupply(member, audits[shard]!);
    }
  }
  return {
    aborted,
    shards: audits.map((audit, shard) => ({
      validators: followers[shard]!.members.map(({ seat }) => seat),
      height: audit.height,
      executionDigest: bytesToHex(audit.executionDigest),
      certificates: audit.certificates,
      nativeCertificates: audit.nativeCertificates,
      witnesses: audit.witnesses,
      supply: audit.state.outputs.supply(),
    })),
    supply: supplyOf(genesis),
    chains: { followers, audits },
  };
};
