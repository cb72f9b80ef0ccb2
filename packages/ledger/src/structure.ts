import { type Context, checkBody } from './body.ts';
import { sameBytes } from './bytes.ts';
import { type Accepted, type Rejected, type Rejection, rejected } from './rejection.ts';
import type { Input, Output, TransactionBody } from './transaction.ts';
import type { UtxoView } from './view.ts';

/**
 * The structure side of validation, which everyone does always: `checkBody`, and every input is there, unspent, with
 * exactly the amount and owner that it states. No signature is looked at.
 */
export function checkStructure(body: TransactionBody, view: UtxoView, context: Context): Accepted | Rejected {
  const checked = checkBody(body, context);
  if (!checked.valid) return checked;
  for (const input of body.inputs) {
    const { outpoint } = input;
    const rejection = checkInput(input, view.get(outpoint), view.spent?.(outpoint) ?? false);
    if (rejection !== undefined) return rejected(rejection);
  }
  return checked;
}

/** Holds one input's statement against what is under its outpoint. */
export function checkInput(input: Input, found: Output | undefined, spent: boolean): Rejection | undefined {
  const { outpoint, amount, owner } = input;
  if (found === undefined) return { code: spent ? 'double-spend' : 'missing-input', outpoint };
  if (found.amount !== amount || !sameBytes(found.owner, owner)) return { code: 'false-statement', outpoint, found };
  return undefined;
}
