import { type Change, canonicalDelta, type Delta, OUTPUT_TABLE } from './delta.ts';
import { LedgerError } from './error.ts';
import { encodeOutPoint, type OutPoint, outpointKey } from './outpoint.ts';
import { encodeOutput } from './output.ts';
import type { Output } from './transaction.ts';
import type { UtxoView } from './view.ts';

/**
 * Pending changes over a view that itself must not change meanwhile: transactions are applied one after another, and a
 * child may spend what its parent, earlier in the same block, created.
 */
export interface Overlay extends UtxoView {
  spent(outpoint: OutPoint): boolean;
  /** Takes an unspent output out; throws `wrong-state` if there is none. */
  spend(outpoint: OutPoint): void;
  /** Puts a new output in; throws `wrong-state` if one is there. */
  create(outpoint: OutPoint, output: Output): void;
  /** The net effect on the table of outputs; what was created and spent again leaves no trace. */
  delta(): Delta;
}

/** One outpoint: what the view below has there, what is there now, and whether it was spent above the view. */
interface Slot {
  readonly outpoint: OutPoint;
  readonly old: Output | undefined;
  now: Output | undefined;
  spent: boolean;
}

/** An overlay without changes. */
export function createOverlay(view: UtxoView): Overlay {
  const slots = new Map<string, Slot>();
  const slotOf = (outpoint: OutPoint): Slot => {
    const key = outpointKey(outpoint);
    const known = slots.get(key);
    if (known !== undefined) return known;
    const old = view.get(outpoint);
    const slot: Slot = { outpoint, old, now: old, spent: view.spent?.(outpoint) ?? false };
    slots.set(key, slot);
    return slot;
  };
  return {
    get: (outpoint) => slotOf(outpoint).now,
    spent: (outpoint) => slotOf(outpoint).spent,
    spend: (outpoint) => {
      const slot = slotOf(outpoint);
      if (slot.now === undefined) throw new LedgerError('wrong-state', 'no output to spend', { outpoint });
      slot.now = undefined;
      slot.spent = true;
    },
    create: (outpoint, output) => {
      const slot = slotOf(outpoint);
      if (slot.now !== undefined) throw new LedgerError('wrong-state', 'an output is already there', { outpoint });
      slot.now = output;
    },
    delta: () => canonicalDelta(Array.from(slots.values(), changeOf)),
  };
}

const changeOf = ({ outpoint, old, now }: Slot): Change => ({
  table: OUTPUT_TABLE,
  key: encodeOutPoint(outpoint),
  old: old && encodeOutput(old),
  new: now && encodeOutput(now),
});
