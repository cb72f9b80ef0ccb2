import type { Genesis } from '@ios/client';
import { NodeError } from '../../errors.ts';
import type { ClientTime } from '../client-time.ts';
import { isQuiet } from '../fates.ts';
import type { ReplayedChains } from '../replay.ts';
import type { ScriptKey } from '../script-key.ts';
import { auditFurther, verifyAll, verifyPlaces, verifySupply } from '../verification.ts';
import { checkPair, isDecided, signPairs } from './rivals.ts';

/** Double spends that were tried, as plain data for `--json`. */
export interface DoubleSpendSummary {
  readonly fault: 'double-spend';
  /** Pairs of transfers over the same two coins. */
  readonly pairs: number;
  /** Of how many pairs one transfer was committed, and of how many none. */
  readonly oneCommitted: number;
  readonly noneCommitted: number;
  /** Accepted by a shard and given up, for what another shard showed. */
  readonly aborted: { readonly rejected: number; readonly absent: number };
  /** What the lock fees of those came to, in atomic units. */
  readonly lockFees: string;
  readonly settledAfterMs: number;
}

/** Options of {@link doubleSpend}. */
export interface DoubleSpendOptions {
  readonly genesis: Genesis;
  /** The owners of the coins that there are. */
  readonly keys: readonly ScriptKey[];
  readonly chains: ReplayedChains;
  readonly time: ClientTime;
  readonly onEvent: (text: string) => void;
  readonly signal: AbortSignal;
  /** Gives up after so long, in ms. */
  readonly limitMs: number;
}

const POLL_MS = 100;
/** So far ahead the last epoch of a transfer may be. */
const EPOCHS_AHEAD = 2;

/**
 * Signs pairs of transfers over the same coins of two shards, hands each to another of the two first, and waits until no shard
 * has anything of them left; then holds the audited chains against what must be: of a pair one is committed by both shards, or
 * none by either, and then the coins have come back, less the lock fee.
 * @throws NodeError `fault` where it is not so, `audit` as a replay does, `time` when the limit has passed; or the reason of
 *   `signal`.
 */
export const doubleSpend = async (options: DoubleSpendOptions): Promise<DoubleSpendSummary> => {
  const { genesis, chains, time, onEvent, signal, limitMs } = options;
  const { followers, audits } = chains;
  const { lockFee } = genesis.policy;
  const statuses = followers.flatMap(({ statuses }) => statuses.map((status) => status?.epoch ?? 0));
  const pairs = signPairs(genesis, options.keys, audits, Math.min(...statuses) + EPOCHS_AHEAD);
  const rivals = pairs.flat();
  onEvent(
    `${pairs.length} pairs of transfers spend the same coins of two shards; each shard hears of another one first`,
  );
  const startedAt = time.now();
  await Promise.all(
    followers.map(async ({ members }, shard) => {
      const own = rivals.filter(({ first }) => first === shard);
      if (own.length === 0) return;
      const transactions = own.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
      await members[0]!.client.call('submitTransactions', { transactions });
    }),
  );
  const nothingLeft = async (): Promise<boolean> => {
    await Promise.all(followers.map((follower) => follower.poll()));
    for (const [shard, follower] of followers.entries())
      await auditFurther(audits[shard]!, follower, Math.min(...follower.heights));
    return isQuiet(audits) && pairs.every((pair) => isDecided(pair, audits));
  };
  while (!(await nothingLeft())) {
    signal.throwIfAborted();
    if (time.now() - startedAt > limitMs)
      throw new NodeError('time', `After ${limitMs / 1000} s the double spends are not settled. Raise --timeout.`);
    await time.sleep(POLL_MS);
  }
  const settledAfterMs = Math.round(time.now() - startedAt);
  verifyAll(genesis, audits);
  for (const [shard, { members }] of followers.entries()) {
    const names = rivals.map(({ name }) => name).filter((name) => audits[shard]!.steps.has(name));
    for (const member of members) {
      await verifyPlaces(member, names, audits[shard]!);
      await verifySupply(member, audits[shard]!);
    }
  }
  const outcomes = pairs.map((pair) => checkPair(pair, audits, lockFee));
  const aborts = outcomes.flatMap(({ reasons }) => reasons);
  const oneCommitted = outcomes.filter(({ isCommitted }) => isCommitted).length;
  return {
    fault: 'double-spend',
    pairs: pairs.length,
    oneCommitted,
    noneCommitted: pairs.length - oneCommitted,
    aborted: {
      rejected: aborts.filter((reason) => reason === 'rejected').length,
      absent: aborts.filter((reason) => reason === 'absent').length,
    },
    lockFees: (lockFee * BigInt(aborts.length)).toString(),
    settledAfterMs,
  };
};
