import type { OutPoint, UtxoView } from '@ios/ledger';
import type { Credit } from './credit.ts';
import type { HeldRecord } from './record.ts';
import type { Cursor, Span } from './tables.ts';

/** Reads what a shard keeps for transactions across shards. Nothing writes through a view: a block returns a delta. */
export interface HeldView {
  /** The record under a transaction's id (32 bytes). */
  held(id: Uint8Array): HeldRecord | undefined;
  /** The id of the pending record that holds an outpoint which was in this shard's table; an index over the records. */
  holder(outpoint: OutPoint): Uint8Array | undefined;
  /** The credit queued for a receiver under a number. */
  credit(receiver: number, number: bigint): Credit | undefined;
  /** The bounds of the queue for a receiver; `EMPTY_SPAN` if it was never used. */
  span(receiver: number): Span;
  /** How far the queue of a carrier was applied here; `START` before its first credit. */
  cursor(carrier: number): Cursor;
}

/** Reads the whole of a shard's state that a block's entries work on. */
export interface AtomixView extends UtxoView, HeldView {}

/** The view that reads outputs from one place and the rest from another. */
export const joinViews = (outputs: UtxoView, held: HeldView): AtomixView => ({
  get: (outpoint, key) => outputs.get(outpoint, key),
  spent: (outpoint) => outputs.spent?.(outpoint) ?? false,
  held: (id) => held.held(id),
  holder: (outpoint) => held.holder(outpoint),
  credit: (receiver, number) => held.credit(receiver, number),
  span: (receiver) => held.span(receiver),
  cursor: (carrier) => held.cursor(carrier),
});
