import type { Input } from '@ios/ledger';
import { rulesOf, type ShardContext } from './context.ts';
import type { Evidence } from './evidence.ts';
import type { AtomixOverlay } from './overlay.ts';
import { otherVoters, partiesOf } from './parties.ts';
import type { PendingRecord } from './record.ts';
import { type Rejected, rejected } from './rejection.ts';
import { type Executed, payOut } from './transact.ts';

/**
 * Commits a pending transaction of this shard, on evidence that every other voter accepted, one piece for each of them in
 * ascending order; or on one piece that shows that another voter has committed, since the first to do so had seen all accept.
 */
export function commit(
  overlay: AtomixOverlay,
  id: Uint8Array,
  evidence: readonly Evidence[],
  context: ShardContext,
): Executed | Rejected {
  const rules = rulesOf(context);
  const pending = pendingOf(overlay, id);
  if (pending === undefined) return rejected({ code: 'no-record', id });
  const { body } = pending;
  const parties = partiesOf(body, context.place);
  const others = otherVoters(parties.voters, context.shard);
  if (
    !one(evidence, (piece) => rules.showsCommit(piece, others, id)) &&
    !each(rules.mustAccept(others), evidence, (shard, piece) => rules.showsAccept(piece, shard, id))
  ) {
    return rejected({ code: 'not-shown', id });
  }
  const committed = { status: 'committed' as const, expiry: body.expiry, voters: parties.voters };
  overlay.setHeld(id, rules.afterCommit(committed, pending));
  const paid = payOut(overlay, id, body, parties, context);
  return { ...paid, leaves: [{ type: 'commit', id }, ...paid.leaves] };
}

/**
 * Aborts a pending transaction of this shard, on evidence that one other voter rejected it or is without it for ever. Each
 * input of this shard comes back under a new name, less the lock fee; one worth no more than that does not come back.
 */
export function abort(
  overlay: AtomixOverlay,
  id: Uint8Array,
  evidence: Evidence,
  context: ShardContext,
): Executed | Rejected {
  const rules = rulesOf(context);
  const pending = pendingOf(overlay, id);
  if (pending === undefined) return rejected({ code: 'no-record', id });
  const { inputs, expiry } = pending.body;
  const { voters, inputShards } = partiesOf(pending.body, context.place);
  if (!rules.showsAbort(evidence, otherVoters(voters, context.shard), id, expiry)) {
    return rejected({ code: 'not-shown', id });
  }
  overlay.setHeld(id, rules.afterAbort(pending));
  let fee = 0n;
  inputs.forEach((input, index) => {
    if (inputShards[index] !== context.shard) return;
    const kept = lockFeeOf(input, context.lockFee);
    fee += kept;
    if (kept === input.amount) return;
    overlay.create(rules.refund(id, index, input), { amount: input.amount - kept, owner: input.owner });
  });
  return { valid: true, fee, leaves: [] };
}

/**
 * Drops a committed record of this shard, on evidence that every other voter has committed, one piece for each of them in
 * ascending order; or on one piece that shows that another voter has dropped its own, since the first to do so had seen all
 * commit. Until then the record is what keeps the others from proving this shard absent.
 */
export function release(
  overlay: AtomixOverlay,
  id: Uint8Array,
  evidence: readonly Evidence[],
  context: ShardContext,
): Executed | Rejected {
  const rules = rulesOf(context);
  const record = overlay.held(id);
  if (record?.status !== 'committed') return rejected({ code: 'no-record', id });
  const others = otherVoters(record.voters, context.shard);
  if (
    !one(evidence, (piece) => rules.showsRelease(piece, others, id, record.expiry)) &&
    !each(rules.mustCommit(others), evidence, (shard, piece) => rules.showsCommit(piece, [shard], id))
  ) {
    return rejected({ code: 'not-shown', id });
  }
  overlay.setHeld(id, undefined);
  return { valid: true, fee: 0n, leaves: [{ type: 'release', id }] };
}

/** What an aborted input costs: the lock fee, or the whole input where it is less. */
const lockFeeOf = ({ amount }: Input, lockFee: bigint): bigint => (amount < lockFee ? amount : lockFee);

function pendingOf(overlay: AtomixOverlay, id: Uint8Array): PendingRecord | undefined {
  const record = overlay.held(id);
  return record?.status === 'pending' ? record : undefined;
}

const one = (evidence: readonly Evidence[], shows: (piece: Evidence) => boolean): boolean =>
  evidence.length === 1 && shows(evidence[0]!);

const each = (
  shards: readonly number[],
  evidence: readonly Evidence[],
  shows: (shard: number, piece: Evidence) => boolean,
): boolean => shards.length === evidence.length && shards.every((shard, i) => shows(shard, evidence[i]!));
