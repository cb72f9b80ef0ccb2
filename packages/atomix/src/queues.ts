import { rulesOf, type ShardContext } from './context.ts';
import type { Evidence } from './evidence.ts';
import type { AtomixOverlay } from './overlay.ts';
import { type Rejected, rejected } from './rejection.ts';
import type { Executed } from './transact.ts';

/**
 * Applies a run of credits that a carrier queued for this shard, from the next number on: those below it in the run were
 * applied before and do nothing. No honest carrier's credit is ever refused.
 */
export function applyCredits(overlay: AtomixOverlay, evidence: Evidence, context: ShardContext): Executed | Rejected {
  if (evidence.type !== 'credits' || evidence.receiver !== context.shard || evidence.shard === context.shard) {
    return rejected({ code: 'wrong-evidence' });
  }
  const { shard: carrier, first, credits } = evidence;
  const cursor = overlay.cursor(carrier);
  const known = rulesOf(context).known(first, credits.length, cursor);
  if (known === undefined) return rejected({ code: 'wrong-number', expected: cursor.next });
  const fresh = credits.slice(known);
  const taken = fresh.find((credit) => overlay.outputs.get(credit) !== undefined);
  if (taken !== undefined) return rejected({ code: 'taken', outpoint: { id: taken.id, index: taken.index } });
  let fee = 0n;
  for (const { id, index, amount, owner, fee: share } of fresh) {
    overlay.create({ id, index }, { amount, owner });
    fee += share;
  }
  overlay.setCursor(carrier, { next: first + BigInt(credits.length), height: context.height });
  return { valid: true, fee, leaves: [] };
}

/** Drops from a queue of this shard what its receiver has applied. */
export function trim(overlay: AtomixOverlay, evidence: Evidence, context: ShardContext): Executed | Rejected {
  if (evidence.type !== 'cursor' || evidence.carrier !== context.shard) return rejected({ code: 'wrong-evidence' });
  const span = overlay.span(evidence.shard);
  const first = rulesOf(context).dropped(evidence.next, span);
  if (first === undefined) return rejected({ code: 'wrong-number', expected: span.first });
  overlay.trim(evidence.shard, first);
  return { valid: true, fee: 0n, leaves: [] };
}
