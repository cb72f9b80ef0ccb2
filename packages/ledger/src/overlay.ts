import { type Cursor, cursorOver } from './cursor.ts';
import { type Change, type Delta, OUTPUT_TABLE } from './delta.ts';
import { LedgerError } from './error.ts';
import { OUTPOINT_BYTES, type OutPoint, outpointKey, putOutPoint } from './outpoint.ts';
import { OUTPUT_BYTES, putOutput } from './output.ts';
import { sortByHash } from './sort.ts';
import type { Output } from './transaction.ts';
import type { UtxoView } from './view.ts';

/**
 * Pending changes over a view that itself must not change meanwhile: transactions are applied one after another, and a
 * child may spend what its parent, earlier in the same block, created.
 */
export interface Overlay extends UtxoView {
  spent(outpoint: OutPoint): boolean;
  /** The slot of an outpoint, read from the view below on first use. */
  slot(outpoint: OutPoint): Slot;
  /**
   * Puts in an output under a name that the view below has never known, as a new transaction's id makes it. Throws
   * `wrong-state` if the overlay knows the name.
   */
  create(outpoint: OutPoint, output: Output): void;
  /** The net effect on the table of outputs; what was created and spent again leaves no trace. */
  delta(): Delta;
}

/** One outpoint in an overlay: what the view below has there, what is there now, and whether it was spent above the view. */
export interface Slot {
  readonly outpoint: OutPoint;
  readonly old: Output | undefined;
  now: Output | undefined;
  spent: boolean;
}

/** Takes the output of a slot out of its overlay; throws `wrong-state` if there is none. */
export function spend(slot: Slot): void {
  if (slot.now === undefined) throw new LedgerError('wrong-state', 'no output to spend', { outpoint: slot.outpoint });
  slot.now = undefined;
  slot.spent = true;
}

/** An overlay without changes. */
export function createOverlay(view: UtxoView): Overlay {
  const slots = new Map<string, Slot>();
  const slotOf = (outpoint: OutPoint): Slot => {
    const key = outpointKey(outpoint);
    const known = slots.get(key);
    if (known !== undefined) return known;
    const old = view.get(outpoint, key);
    const slot: Slot = { outpoint, old, now: old, spent: old === undefined && (view.spent?.(outpoint) ?? false) };
    slots.set(key, slot);
    return slot;
  };
  return {
    slot: slotOf,
    get: (outpoint) => slotOf(outpoint).now,
    spent: (outpoint) => slotOf(outpoint).spent,
    create: (outpoint, output) => {
      const key = outpointKey(outpoint);
      if (slots.has(key)) throw new LedgerError('wrong-state', 'the name is taken', { outpoint });
      slots.set(key, { outpoint, old: undefined, now: output, spent: false });
    },
    delta: () => changesOf(slots),
  };
}

/**
 * The changes of slots in the order of their keys. They are written in the order in which the slots were made, which is
 * that of the memory behind them, and as views into one array: a block has ten thousands.
 */
function changesOf(slots: ReadonlyMap<string, Slot>): Change[] {
  let size = 0;
  for (const { old, now } of slots.values()) {
    if (old !== now) size += OUTPOINT_BYTES + (old ? OUTPUT_BYTES : 0) + (now ? OUTPUT_BYTES : 0);
  }
  const cursor = cursorOver(new Uint8Array(size));
  const changes: Change[] = [];
  for (const { outpoint, old, now } of slots.values()) {
    if (old === now) continue;
    changes.push({
      table: OUTPUT_TABLE,
      key: written(cursor, putOutPoint, outpoint),
      old: old && written(cursor, putOutput, old),
      new: now && written(cursor, putOutput, now),
    });
  }
  return sortByHash(changes);
}

/** Writes a value at the cursor and returns a view of what was written. */
function written<Value>(cursor: Cursor, put: (cursor: Cursor, value: Value) => void, value: Value): Uint8Array {
  const start = cursor.offset;
  put(cursor, value);
  return cursor.bytes.subarray(start, cursor.offset);
}
