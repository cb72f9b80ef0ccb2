import {
  type Change,
  canonicalDelta,
  createOverlay,
  type Delta,
  type OutPoint,
  type Output,
  type Overlay as OutputOverlay,
  outpointKey,
} from '@ios/ledger';
import { bytesKey } from './bytes.ts';
import type { Credit } from './credit.ts';
import type { HeldRecord, PendingRecord } from './record.ts';
import {
  CURSOR_TABLE,
  type Cursor,
  EMPTY_SPAN,
  encodeCredit,
  encodeCursor,
  encodeQueueKey,
  encodeRecord,
  encodeShard,
  encodeSpan,
  HELD_TABLE,
  QUEUE_TABLE,
  SPAN_TABLE,
  type Span,
  START,
} from './tables.ts';
import type { AtomixView, HeldView } from './view.ts';

/** Pending changes over a view that itself must not change meanwhile: the entries of a block are executed one after another. */
export interface AtomixOverlay extends HeldView {
  /** The outputs, as the ledger's overlay. */
  readonly outputs: OutputOverlay;
  /** Puts in an output under a name that has none, also where an entry before has looked there in vain. */
  create(outpoint: OutPoint, output: Output): void;
  /** Puts a record in place of the one under the id; `undefined` removes it. */
  setHeld(id: Uint8Array, record: HeldRecord | undefined): void;
  /** Puts a credit at the end of the queue for a receiver, and returns its number. */
  enqueue(receiver: number, credit: Credit): bigint;
  /** Drops the credits for a receiver below `first`. */
  trim(receiver: number, first: bigint): void;
  /** Moves the cursor of a carrier. */
  setCursor(carrier: number, cursor: Cursor): void;
  /** The carriers whose cursors moved, ascending. */
  movedCursors(): number[];
  /** The net effect on all tables but that of fees. */
  delta(): Delta;
}

/** A slot of one table: what the view below has there, and what is there now. */
interface Slot<Value> {
  readonly key: Uint8Array;
  readonly old: Value | undefined;
  now: Value | undefined;
}

/** Whether the coins of an owner (32 bytes) live in this shard. */
export type Locality = (owner: Uint8Array) => boolean;

/** An overlay without changes. */
export function createAtomixOverlay(view: AtomixView, isLocal: Locality): AtomixOverlay {
  const outputs = createOverlay(view);
  const records = new Map<string, Slot<HeldRecord>>();
  const credits = new Map<string, Slot<Credit>>();
  const spans = new Map<number, Slot<Span>>();
  const cursors = new Map<number, Slot<Cursor>>();
  /** Outpoints whose holder changed: the id, or none any more. */
  const holders = new Map<string, Uint8Array | undefined>();

  const recordSlot = (id: Uint8Array): Slot<HeldRecord> =>
    slotOf(records, bytesKey(id), () => ({ key: id, old: view.held(id) }));
  const creditSlot = (receiver: number, number: bigint): Slot<Credit> =>
    slotOf(credits, `${receiver}/${number}`, () => ({
      key: encodeQueueKey(receiver, number),
      old: view.credit(receiver, number),
    }));
  const spanSlot = (receiver: number): Slot<Span> =>
    slotOf(spans, receiver, () => ({ key: encodeShard(receiver), old: storedSpan(view.span(receiver)) }));
  const cursorSlot = (carrier: number): Slot<Cursor> =>
    slotOf(cursors, carrier, () => ({ key: encodeShard(carrier), old: storedCursor(view.cursor(carrier)) }));

  const span = (receiver: number): Span => spanSlot(receiver).now ?? EMPTY_SPAN;

  const mark = (record: HeldRecord | undefined, id: Uint8Array | undefined): void => {
    if (record?.status === 'pending') for (const key of heldKeys(record, isLocal)) holders.set(key, id);
  };

  return {
    outputs,
    create: (outpoint, output) => {
      outputs.slot(outpoint).now = output;
    },
    held: (id) => recordSlot(id).now,
    holder: (outpoint) => {
      const key = outpointKey(outpoint);
      return holders.has(key) ? holders.get(key) : view.holder(outpoint);
    },
    credit: (receiver, number) => creditSlot(receiver, number).now,
    span,
    cursor: (carrier) => cursorSlot(carrier).now ?? START,
    setHeld(id, record) {
      const slot = recordSlot(id);
      mark(slot.now, undefined);
      mark(record, id);
      slot.now = record;
    },
    enqueue(receiver, credit) {
      const { first, end } = span(receiver);
      creditSlot(receiver, end).now = credit;
      spanSlot(receiver).now = { first, end: end + 1n };
      return end;
    },
    trim(receiver, first) {
      const { first: from, end } = span(receiver);
      for (let number = from; number < first; number++) creditSlot(receiver, number).now = undefined;
      spanSlot(receiver).now = { first, end };
    },
    setCursor: (carrier, cursor) => {
      cursorSlot(carrier).now = cursor;
    },
    movedCursors: () =>
      [...cursors]
        .filter(([, { old, now }]) => old?.next !== now?.next)
        .map(([carrier]) => carrier)
        .sort((a, b) => a - b),
    delta: () =>
      canonicalDelta([
        ...outputs.delta(),
        ...changes(HELD_TABLE, records, encodeRecord),
        ...changes(QUEUE_TABLE, credits, encodeCredit),
        ...changes(SPAN_TABLE, spans, encodeSpan),
        ...changes(CURSOR_TABLE, cursors, encodeCursor),
      ]),
  };
}

/**
 * The keys of the inputs that left this shard's table for a record. Those that the body puts into other shards are not
 * among them: what it states of them was not checked here, and must not stand in the way of their owner's transactions.
 */
export const heldKeys = ({ body }: PendingRecord, isLocal: Locality): string[] =>
  body.inputs.flatMap(({ outpoint, owner }) => (isLocal(owner) ? [outpointKey(outpoint)] : []));

const storedSpan = (span: Span): Span | undefined => (span.end === 0n ? undefined : span);
const storedCursor = (cursor: Cursor): Cursor | undefined => (cursor.next === 0n ? undefined : cursor);

function slotOf<Key, Value>(
  slots: Map<Key, Slot<Value>>,
  key: Key,
  make: () => { readonly key: Uint8Array; readonly old: Value | undefined },
): Slot<Value> {
  const known = slots.get(key);
  if (known !== undefined) return known;
  const { key: bytes, old } = make();
  const slot: Slot<Value> = { key: bytes, old, now: old };
  slots.set(key, slot);
  return slot;
}

const changes = <Value>(
  table: number,
  slots: ReadonlyMap<unknown, Slot<Value>>,
  encode: (value: Value) => Uint8Array,
): Change[] =>
  Array.from(slots.values())
    .filter(({ old, now }) => old !== now)
    .map(({ key, old, now }) => ({ table, key, old: old && encode(old), new: now && encode(now) }));
