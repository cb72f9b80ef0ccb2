import { type Applied, applyTransactions, type NotApplied } from './apply.ts';
import type { Block } from './block.ts';
import type { Context } from './body.ts';
import { feeDelta } from './fees.ts';
import { headerMismatch } from './header.ts';
import { type Rejected, rejected } from './rejection.ts';
import type { LedgerView } from './view.ts';

/**
 * Executes a block over a view, which it does not touch: the pot of fees is shared out among `beneficiaries` (32-byte
 * keys: the members in the parent's certificate, none at height 1), then the transactions are applied, then their fees
 * go into the pot. The delta covers all three. The header's chain and epoch are held against the context; its place in
 * the chain and its digests are for the caller (`headerMismatch`), as are the witnesses.
 */
export function applyBlock(
  view: LedgerView,
  block: Block,
  context: Context,
  beneficiaries: readonly Uint8Array[],
): Applied | NotApplied | Rejected {
  const field = headerMismatch(block.header, { chain: context.chain, epoch: context.epoch });
  if (field === 'chain' || field === 'epoch') return rejected({ code: 'wrong-header', field });
  const applied = applyTransactions(view, block.transactions, context);
  if (!applied.valid) return applied;
  const fees = feeDelta(view, beneficiaries, applied.fees);
  return { ...applied, delta: [...applied.delta, ...fees] };
}
