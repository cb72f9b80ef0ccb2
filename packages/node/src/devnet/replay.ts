import type { Genesis } from '@ios/client';
import type { StatusAnswer } from '@ios/client/methods';
import type { Hasher } from '@ios/crypto/merkle';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { ClientTime } from './client-time.ts';
import { createFollower, type Follower, type ValidatorClient } from './follower.ts';
import { createSubmitter, type Submittable, type Submitter } from './submission.ts';
import { supplyOf, verifyPlaces, verifyShown, verifySupply } from './verification.ts';

/** How far a replay is. */
export interface ReplayProgress {
  readonly total: number;
  /** Taken by the validators. */
  readonly accepted: number;
  /** Final on every validator. */
  readonly final: number;
  /** What each validator said of itself last, undefined while it does not answer. */
  readonly statuses: readonly (StatusAnswer | undefined)[];
  /** Milliseconds since the first submission. */
  readonly elapsedMs: number;
  /** Milliseconds to finality so far, ascending. */
  readonly latencies: readonly number[];
}

/** What a replay has shown; all but `waited` and the times checked by the client. */
export interface ReplayResult {
  readonly transfers: number;
  /** How many had to wait, by the word of the validator that took them, until their parents came. */
  readonly waited: number;
  /** Milliseconds from submission until seen final on the validator that took the transfer, ascending. */
  readonly latencies: readonly number[];
  /** Milliseconds from the first submission until every transfer was seen final on every validator. */
  readonly elapsedMs: number;
  /** The height up to which every validator's chain was replayed from genesis. */
  readonly height: number;
  /** Commit certificates that were verified. */
  readonly certificates: number;
  /** How many of them `node:crypto` accepts by itself. */
  readonly nativeCertificates: number;
  /** Signatures of owners that were verified. */
  readonly witnesses: number;
  /** Execution digest at that height in hex, the same on all validators. */
  readonly executionDigest: string;
  /** In atomic units. */
  readonly supply: bigint;
}

/** Options of {@link replay}. */
export interface ReplayOptions {
  readonly genesis: Genesis;
  readonly clients: readonly ValidatorClient[];
  readonly transfers: readonly Submittable[];
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
 * Submits all transfers at once and follows every validator until all are final on all of them and they stand at one
 * height; then replays the chain from genesis and holds every claim of every validator against it.
 *
 * @throws NodeError `refused` for a transfer that was refused, `time` when the limit has passed, `audit` for any claim
 *   that does not hold, `halted` for a validator that stopped taking part; or the reason of `signal`.
 */
export const replay = async (options: ReplayOptions): Promise<ReplayResult> => {
  const { clients, transfers, hasher, time, onProgress, signal, limitMs } = options;
  const startedAt = time.now();
  const submitter = createSubmitter(transfers, clients, time);
  const seen = clients.map(() => new Set<string>());
  const latencies: number[] = [];
  let lastHeight = 1;
  const follower = createFollower(clients, hasher, (k, height, names) => {
    for (const name of names) {
      const transfer = submitter.byName.get(name);
      if (transfer === undefined) continue;
      seen[k]!.add(name);
      lastHeight = Math.max(lastHeight, height);
      if (transfer.validator !== k) continue;
      transfer.finalAt = time.now();
      latencies.push(transfer.finalAt - (transfer.submittedAt ?? startedAt));
    }
  });
  const sorted = (): number[] => [...latencies].sort((a, b) => a - b);
  const final = (): number => Math.min(...seen.map(({ size }) => size));
  const report = (): void =>
    onProgress({
      total: transfers.length,
      accepted: submitter.counts.accepted,
      final: final(),
      statuses: follower.statuses,
      elapsedMs: time.now() - startedAt,
      latencies: sorted(),
    });

  let failed: unknown;
  const submitting = submitter.submitAll().catch((cause: unknown) => {
    failed = cause;
  });
  let elapsedMs: number | undefined;
  let height: number | undefined;
  while (height === undefined) {
    signal.throwIfAborted();
    if (failed !== undefined) throw failed;
    await follower.poll();
    report();
    if (seen.every(({ size }) => size === transfers.length)) {
      elapsedMs ??= time.now() - startedAt;
      height = agreed(follower, lastHeight);
    } else await submitter.submitAgain();
    if (height === undefined && time.now() - startedAt > limitMs)
      throw late(transfers.length - final(), options, follower);
    if (height === undefined) await time.sleep(POLL_MS);
  }
  await submitting;
  if (failed !== undefined) throw failed;
  return {
    transfers: transfers.length,
    waited: submitter.counts.waited,
    latencies: sorted(),
    elapsedMs: elapsedMs!,
    height,
    ...(await verify(options, submitter, follower, height)),
  };
};

/** The highest height from `least` on at which every validator has shown its block and told the state that it came to. */
export const agreed = ({ shown, heights }: Pick<Follower, 'shown' | 'heights'>, least: number): number | undefined => {
  for (let height = Math.min(...heights); height >= least; height--)
    if (shown.heads.every((heads) => heads.has(height))) return height;
  return undefined;
};

const late = (left: number, { transfers, limitMs }: ReplayOptions, { statuses }: Follower): NodeError => {
  const heights = statuses.map((status) => status?.height ?? 'away').join(', ');
  return new NodeError(
    'time',
    `After ${limitMs / 1000} s ${left} of ${transfers.length} transfers are not final on all validators, which are at heights ${heights}. Raise --timeout, or run fewer validators.`,
    { left },
  );
};

/** Replays the chain, and asks every validator once more about every transfer and about the supply. */
const verify = async (
  { genesis, clients, hasher, onVerified }: ReplayOptions,
  { transfers }: Submitter,
  { shown }: Follower,
  height: number,
): Promise<Pick<ReplayResult, 'certificates' | 'nativeCertificates' | 'witnesses' | 'executionDigest' | 'supply'>> => {
  const audit = await verifyShown(genesis, shown, height, hasher, onVerified);
  const names = transfers.map(({ name }) => name);
  for (const [k, client] of clients.entries()) {
    await verifyPlaces(client, k, names, audit);
    await verifySupply(client, k, genesis);
  }
  const { certificates, nativeCertificates, witnesses } = audit;
  return {
    certificates,
    nativeCertificates,
    witnesses,
    executionDigest: bytesToHex(audit.executionDigest),
    supply: supplyOf(genesis),
  };
};
