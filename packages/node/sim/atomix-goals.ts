import { bytesToHex } from '@noble/hashes/utils.js';
import type { Node } from '../src/node.ts';
import type { Ledgers } from './atomix-ledger.ts';
import type { Payment } from './atomix-wallets.ts';

/** What is looked at of a node. */
export type Seen = Pick<Node, 'head' | 'supply'>;

/** Who has to come to what, once all is well again. */
export interface GoalsOptions {
  readonly ledgers: Ledgers;
  /** All payments that were made. */
  payments(): Iterable<Payment>;
  /** Those that were made since all is well, by clients that stay. */
  readonly last: readonly Payment[];
  /** The honest validators of a shard; one that is down has no node. */
  nodes(shard: number): readonly (Seen | undefined)[];
}

/** What it all has to come to. */
export interface Goals {
  reached(): boolean;
  /** What is not as it should be, beginning with the property. */
  flaw(): string | undefined;
}

/** Whether every participant of a payment has done its part. */
export const isCommitted = ({ steps }: Ledgers, { name, parties }: Payment): boolean => {
  const { voters, participants } = parties;
  const done = voters.length === 1 ? 'included' : 'committed';
  return participants.every((shard) =>
    steps(name)
      .get(shard)
      ?.has(voters.includes(shard) ? done : 'credited'),
  );
};

/** Whether nothing can become of a payment any more but what has: it is committed, or all shards are beyond its expiry. */
export const isOver = (ledgers: Ledgers, payment: Payment): boolean =>
  isCommitted(ledgers, payment) || ledgers.shards.every(({ epoch }) => epoch > payment.body.expiry);

/**
 * The last payments are committed, the others over; no record and no queued credit is left; and the honest validators of each
 * shard are at its last height with its state.
 */
export const setGoals = ({ ledgers, payments, last, nodes }: GoalsOptions): Goals => {
  const flaw = (): string | undefined => {
    const open = last.filter((payment) => !isCommitted(ledgers, payment));
    if (open.length > 0)
      return `progress: not committed in good times: ${open.map(({ name }) => name.slice(0, 8)).join(', ')}`;
    const { records, credits } = ledgers.left();
    if (records > 0 || credits > 0n) return `progress: ${records} records and ${credits} credits are left`;
    for (const payment of payments())
      if (!isOver(ledgers, payment)) return `progress: ${payment.name.slice(0, 8)} neither committed nor expired`;
    for (const [shard, { outputs: there, height }] of ledgers.shards.entries()) {
      const digests = new Set<string>();
      for (const node of nodes(shard)) {
        const at = node?.head();
        if (node === undefined || at?.height !== height)
          return `progress: a validator of shard ${shard} is at height ${at?.height}, not ${height}`;
        digests.add(bytesToHex(at.executionDigest));
        const { outputs, fees } = node.supply();
        if (outputs + fees !== there.supply())
          return `agreement: a validator of shard ${shard} has ${outputs + fees}, not ${there.supply()}`;
      }
      if (digests.size > 1) return `agreement: ${digests.size} states of shard ${shard}`;
    }
    return ledgers.value() === undefined ? 'value: a shard acted on what nobody reported' : undefined;
  };
  return { reached: () => flaw() === undefined, flaw };
};
