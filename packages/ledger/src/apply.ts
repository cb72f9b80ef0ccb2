import { type Context, checkBody } from './body.ts';
import type { Delta } from './delta.ts';
import { transactionId } from './identity.ts';
import { createOverlay, type Overlay, type Slot, spend } from './overlay.ts';
import { type Rejected, type Rejection, rejected } from './rejection.ts';
import { checkInput } from './structure.ts';
import type { Transaction, TransactionBody } from './transaction.ts';
import type { UtxoView } from './view.ts';

/** One applied transaction: its id (32 bytes) and what it pays in atomic units. */
export interface TransactionResult {
  readonly id: Uint8Array;
  readonly fee: bigint;
}

/** Transactions applied in order: their net delta, the sum of their fees, and a result for each. */
export interface Applied {
  readonly valid: true;
  readonly delta: Delta;
  readonly fees: bigint;
  readonly results: readonly TransactionResult[];
}

/** The first transaction, by its index, that could not be applied after those before it; nothing is applied. */
export interface NotApplied {
  readonly valid: false;
  readonly index: number;
  readonly rejection: Rejection;
}

/**
 * Checks the structure of transactions one after another and collects what they do, without touching the view; a
 * transaction may spend outputs of those before it. Witnesses are not looked at.
 */
export function applyTransactions(
  view: UtxoView,
  transactions: readonly Transaction[],
  context: Context,
): Applied | NotApplied {
  const overlay = createOverlay(view);
  const results: TransactionResult[] = [];
  let fees = 0n;
  for (const [index, { body }] of transactions.entries()) {
    const applied = applyBody(overlay, body, context);
    if (!applied.valid) return { valid: false, index, rejection: applied.rejection };
    results.push({ id: applied.id, fee: applied.fee });
    fees += applied.fee;
  }
  return { valid: true, delta: overlay.delta(), fees, results };
}

/**
 * Checks the structure of one transaction over an overlay and, if it is valid, applies it there: the step with which a
 * proposer fills a block and leaves out what does not fit. A rejected transaction changes nothing.
 */
export function applyBody(
  overlay: Overlay,
  body: TransactionBody,
  context: Context,
): ({ readonly valid: true } & TransactionResult) | Rejected {
  const checked = checkBody(body, context);
  if (!checked.valid) return checked;
  const slots: Slot[] = [];
  for (const input of body.inputs) {
    const slot = overlay.slot(input.outpoint);
    const rejection = checkInput(input, slot.now, slot.spent);
    if (rejection !== undefined) return rejected(rejection);
    slots.push(slot);
  }
  for (const slot of slots) spend(slot);
  const id = transactionId(body, context.hasher);
  for (let index = 0; index < body.outputs.length; index++) overlay.create({ id, index }, body.outputs[index]!);
  return { valid: true, id, fee: checked.fee };
}
