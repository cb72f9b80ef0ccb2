import { type Change, type Delta, outpointKey, type StateEntry } from '@ios/ledger';
import { bytesKey, sameBytes } from './bytes.ts';
import type { Credit } from './credit.ts';
import { AtomixError } from './error.ts';
import { heldKeys, type Locality } from './overlay.ts';
import type { HeldRecord } from './record.ts';
import {
  CURSOR_TABLE,
  type Cursor,
  decodeCredit,
  decodeCursor,
  decodeQueueKey,
  decodeRecord,
  decodeShard,
  decodeSpan,
  EMPTY_SPAN,
  encodeQueueKey,
  encodeShard,
  HELD_TABLE,
  QUEUE_TABLE,
  SPAN_TABLE,
  type Span,
  START,
} from './tables.ts';
import type { HeldView } from './view.ts';

/** The records, queues and cursors of a shard, in memory; only deltas change them. The ledger's `UtxoSet` is their like. */
export interface HeldTables extends HeldView {
  /** All entries, by ascending table and key; `createHeldTables` of them is an equal set. */
  entries(): StateEntry[];
  /**
   * Makes every change of the tables 3 to 6; other tables are not theirs. Throws `malformed` for keys or values that do not
   * decode, and `wrong-state` if an old value is not what is there; the tables are then as they were.
   */
  apply(delta: Delta): void;
}

/** A value, decoded and as it is stored. */
interface Stored {
  readonly key: Uint8Array;
  readonly bytes: Uint8Array;
  readonly value: unknown;
}

/** How the key and the value of each table are read. */
const decoders: Readonly<Record<number, (key: Uint8Array, value: Uint8Array) => unknown>> = {
  [HELD_TABLE]: (key, value) => {
    if (key.length !== 32) throw new AtomixError('malformed', 'a key of table 3 has 32 bytes');
    return decodeRecord(value);
  },
  [QUEUE_TABLE]: (key, value) => {
    decodeQueueKey(key);
    return decodeCredit(value);
  },
  [SPAN_TABLE]: (key, value) => {
    decodeShard(key);
    return decodeSpan(value);
  },
  [CURSOR_TABLE]: (key, value) => {
    decodeShard(key);
    return decodeCursor(value);
  },
};

/** Tables made of persisted entries in any order; throws as `apply` does, also for an entry that is there twice. */
export function createHeldTables(isLocal: Locality, entries: Iterable<StateEntry> = []): HeldTables {
  const tables = new Map<number, Map<string, Stored>>(
    [HELD_TABLE, QUEUE_TABLE, SPAN_TABLE, CURSOR_TABLE].map((table) => [table, new Map()]),
  );
  const holders = new Map<string, Uint8Array>();
  const find = (table: number, key: string): unknown => tables.get(table)!.get(key)?.value;

  const prepare = (change: Change): { readonly change: Change; readonly key: string; readonly value: unknown } => {
    const key = bytesKey(change.key);
    const there = tables.get(change.table)!.get(key)?.bytes;
    if ((there === undefined) !== (change.old === undefined) || (there && !sameBytes(there, change.old!))) {
      throw new AtomixError('wrong-state', 'the old value of a change is not what is there', { change });
    }
    return { change, key, value: change.new && decoders[change.table]!(change.key, change.new) };
  };

  const hold = (stored: Stored | undefined, held: boolean): void => {
    const record = stored?.value as HeldRecord | undefined;
    if (record?.status !== 'pending') return;
    for (const key of heldKeys(record, isLocal)) {
      if (held) holders.set(key, stored!.key);
      else holders.delete(key);
    }
  };

  const apply = (delta: Delta): void => {
    const steps = delta.filter(({ table }) => tables.has(table)).map(prepare);
    // From here on nothing can fail. What leaves goes first: an outpoint may pass from one record to another.
    for (const { change, key } of steps) {
      const table = tables.get(change.table)!;
      if (change.table === HELD_TABLE) hold(table.get(key), false);
      table.delete(key);
    }
    for (const { change, key, value } of steps) {
      if (change.new === undefined) continue;
      const stored: Stored = { key: change.key, bytes: change.new, value };
      tables.get(change.table)!.set(key, stored);
      if (change.table === HELD_TABLE) hold(stored, true);
    }
  };

  for (const { table, key, value } of entries) apply([{ table, key, old: undefined, new: value }]);

  return {
    held: (id) => find(HELD_TABLE, bytesKey(id)) as HeldRecord | undefined,
    holder: (outpoint) => holders.get(outpointKey(outpoint)),
    credit: (receiver, number) => find(QUEUE_TABLE, bytesKey(encodeQueueKey(receiver, number))) as Credit | undefined,
    span: (receiver) => (find(SPAN_TABLE, bytesKey(encodeShard(receiver))) as Span | undefined) ?? EMPTY_SPAN,
    cursor: (carrier) => (find(CURSOR_TABLE, bytesKey(encodeShard(carrier))) as Cursor | undefined) ?? START,
    entries: () =>
      [...tables].flatMap(([table, rows]) =>
        [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { key, bytes }]) => ({ table, key, value: bytes })),
      ),
    apply,
  };
}
