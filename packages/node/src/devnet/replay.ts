import type { Hasher } from '@ios/crypto/merkle';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../errors.ts';
import type { Genesis } from '../genesis/genesis.ts';
import type { RpcClient } from '../rpc/client.ts';
import { createAudit } from './audit.ts';
import type { ClientTime } from './client-time.ts';
import { createFollower, type Follower } from './follower.ts';
import { createSubmitter, type Submittable, type Submitter } from './submission.ts';

/** How far a replay is. */
export interface ReplayProgress {
  readonly total: number;
  /** Taken by the validators. */
  readonly accepted: number;
  /** Final on every validator. */
  readonly final: number;
  /** Head of each validator, undefined while it does not answer. */
  readonly heads: readonly (number | undefined)[];
  /** Milliseconds since the first submission. */
  readonly elapsedMs: number;
  /** Milliseconds to finality so far, ascending. */
  readonly latencies: readonly number[];
}

/** What a replay has shown, every word of it checked by the client. */
export interface ReplayResult {
  readonly transfers: number;
  /** How many had to wait at the validator that took them until their parents came. */
  readonly waited: number;
  /** Milliseconds from submission until seen final on the validator that took the transfer, ascending. */
  readonly latencies: readonly number[];
  /** Milliseconds from the first submission until every transfer was seen final on every validator. */
  readonly elapsedMs: number;
  /** The height up to which every validator's chain was replayed from genesis. */
  readonly height: number;
  /** Commit certificates that were verified. */
  readonly certificates: number;
  /** Execution digest at that height in hex, the same on all validators. */
  readonly executionDigest: string;
  readonly supply: bigint;
}

/** Options of {@link replay}. */
export interface ReplayOptions {
  readonly genesis: Genesis;
  readonly clients: readonly RpcClient[];
  readonly transfers: readonly Submittable[];
  readonly hasher: Hasher;
  readonly time: ClientTime;
  readonly onProgress: (progress: ReplayProgress) => void;
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
 *   that does not hold.
 */
export const replay = async (options: ReplayOptions): Promise<ReplayResult> => {
  const { clients, transfers, hasher, time, onProgress, signal, limitMs } = options;
  const startedAt = time.now();
  const submitter = createSubmitter(transfers, clients, time);
  const seen = clients.map(() => new Set<string>());
  const latencies: number[] = [];
  let lastHeight = 0;
  const follower = createFollower(clients, hasher, (k, height, names) => {
    for (const name of names) {
      const transfer = submitter.byName.get(name);
      if (transfer === undefined) continue;
      seen[k]!.add(name);
      lastHeight = Math.max(lastHeight, height);
      if (transfer.validator !== k || transfer.finalAt !== undefined) continue;
      transfer.finalAt = time.now();
      latencies.push(transfer.finalAt - (transfer.submittedAt ?? startedAt));
    }
  });
  const report = (): void =>
    onProgress({
      total: transfers.length,
      accepted: submitter.counts.accepted,
      final: Math.min(...seen.map(({ size }) => size)),
      heads: follower.heads,
      elapsedMs: time.now() - startedAt,
      latencies: [...latencies].sort((a, b) => a - b),
    });

  const submitting = submitter.submitAll();
  let failed: unknown;
  submitting.catch((cause: unknown) => {
    failed = cause;
  });
  let elapsedMs: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    if (failed !== undefined) throw failed;
    await follower.poll();
    report();
    if (seen.every(({ size }) => size === transfers.length)) {
      elapsedMs ??= time.now() - startedAt;
      if (agreed(follower, lastHeight) !== undefined) break;
    } else await submitter.submitAgain();
    if (time.now() - startedAt > limitMs) throw late(submitter, follower, limitMs);
    await time.sleep(POLL_MS);
  }
  await submitting;
  const height = agreed(follower, lastHeight)!;
  return {
    transfers: transfers.length,
    waited: submitter.counts.waited,
    latencies: [...latencies].sort((a, b) => a - b),
    elapsedMs,
    height,
    ...(await verifyAll(options, follower, height)),
  };
};

/** The highest height from `least` on at which every validator has shown its block and told the state that it came to. */
const agreed = ({ shown, heights }: Follower, least: number): number | undefined => {
  for (let height = Math.min(...heights); height >= Math.max(least, 1); height--)
    if (shown.digests.every((digests) => digests.has(height))) return height;
  return undefined;
};

const late = ({ transfers }: Submitter, { heads }: Follower, limitMs: number): NodeError => {
  const left = transfers.filter(({ finalAt }) => finalAt === undefined).length;
  const shown = heads.map((height) => height ?? 'away').join(', ');
  return new NodeError('time', `after ${limitMs / 1000} s ${left} transfers are not final; heads: ${shown}`, { left });
};

/** Replays the chain, and asks every validator once more about every transfer and about the supply. */
const verifyAll = async (
  { genesis, clients, transfers, hasher }: ReplayOptions,
  { shown }: Follower,
  height: number,
): Promise<Pick<ReplayResult, 'certificates' | 'executionDigest' | 'supply'>> => {
  const audit = createAudit(genesis, hasher);
  for (let at = 0; at < height; at++) {
    audit.take(
      shown.blocks[at]!,
      shown.certificates.map((certificates) => certificates[at]!),
    );
    const digest = bytesToHex(audit.executionDigest);
    for (const [k, digests] of shown.digests.entries())
      if ((digests.get(audit.height) ?? digest) !== digest)
        throw new NodeError('audit', `validator ${k} came to another state at height ${audit.height}`, {});
  }
  const supply = genesis.outputs.reduce((sum, { amount }) => sum + amount, 0n);
  if (audit.state.supply() !== supply)
    throw new NodeError('audit', `the supply is ${audit.state.supply()}, genesis made ${supply}`, {});
  for (const [k, client] of clients.entries()) {
    const { outputs, fees } = await client.call('getSupply', {});
    if (BigInt(outputs) + BigInt(fees) !== supply)
      throw new NodeError('audit', `validator ${k} holds ${outputs} and ${fees}, genesis made ${supply}`, {});
    for (let at = 0; at < transfers.length; at += 256) {
      const ids = transfers.slice(at, at + 256).map(({ id }) => bytesToHex(id));
      const statuses = await client.call('getTransactions', { ids });
      const open = statuses.filter(({ status }) => status !== 'final').length;
      if (open > 0) throw new NodeError('audit', `validator ${k} does not show ${open} transfers final`, { open });
    }
  }
  return { certificates: audit.certificates, executionDigest: bytesToHex(audit.executionDigest), supply };
};
