import { type Change, canonicalDelta, OUTPUT_TABLE } from '@ios/ledger';
import { describe, expect, test } from 'vitest';
import {
  CURSOR_TABLE,
  createHeldTables,
  encodeQueueKey,
  encodeShard,
  HELD_TABLE,
  QUEUE_TABLE,
  SPAN_TABLE,
} from '../src/index.ts';
import { encodeCredit, encodeCursor, encodeRecord, encodeSpan } from '../src/tables.ts';
import { bodyOf, coin, known, ownerIn, place } from './fixtures.ts';
import { bytes32 } from './model/scenario.ts';

const { body, id } = known(bodyOf([1, 2], [3]));
const record = encodeRecord({ status: 'pending', body });
const credit = { id, index: 3, amount: 9n, owner: ownerIn(4), fee: 1n };
const put = (table: number, key: Uint8Array, value: Uint8Array): Change => ({ table, key, old: undefined, new: value });
const all: readonly Change[] = [
  put(HELD_TABLE, id, record),
  put(HELD_TABLE, bytes32('done'), encodeRecord({ status: 'committed', expiry: 3, voters: [1, 4] })),
  put(QUEUE_TABLE, encodeQueueKey(4, 300n), encodeCredit(credit)),
  put(SPAN_TABLE, encodeShard(4), encodeSpan({ first: 300n, end: 301n })),
  put(CURSOR_TABLE, encodeShard(700), encodeCursor({ next: 5n, height: 2 })),
];
const filled = () => {
  const tables = createHeldTables((owner) => place(owner) === 1);
  tables.apply(canonicalDelta(all));
  return tables;
};

describe('records, queues and cursors in memory', () => {
  test('reads what deltas have put there', () => {
    const tables = filled();
    expect(tables.held(id)).toEqual({ status: 'pending', body });
    expect(tables.holder(coin(1))).toEqual(id);
    expect(tables.holder(coin(2))).toBeUndefined();
    expect(tables.credit(4, 300n)).toEqual(credit);
    expect(tables.credit(4, 301n)).toBeUndefined();
    expect(tables.span(4)).toEqual({ first: 300n, end: 301n });
    expect(tables.span(5)).toEqual({ first: 0n, end: 0n });
    expect(tables.cursor(700)).toEqual({ next: 5n, height: 2 });
    expect(tables.cursor(4)).toEqual({ next: 0n, height: 0 });
  });

  test('an equal set comes of its entries, in any order, and of none twice', () => {
    const entries = filled().entries();
    expect(entries.map(({ table }) => table)).toEqual([3, 3, 4, 5, 6]);
    const again = createHeldTables((owner) => place(owner) === 1, [...entries].reverse());
    expect(again.entries()).toEqual(entries);
    expect(again.holder(coin(1))).toEqual(id);
    expect(() => createHeldTables(() => true, [...entries, entries[0]!])).toThrow(
      expect.objectContaining({ code: 'wrong-state' }),
    );
  });

  test('a held input goes with its record, or passes to another', () => {
    const tables = filled();
    const other = known(bodyOf([1, 3], [3]));
    tables.apply(
      canonicalDelta([
        { table: HELD_TABLE, key: id, old: record, new: undefined },
        put(HELD_TABLE, other.id, encodeRecord({ status: 'pending', body: other.body })),
      ]),
    );
    expect(tables.holder(coin(1))).toEqual(other.id);
    tables.apply([
      { table: HELD_TABLE, key: other.id, old: encodeRecord({ status: 'pending', body: other.body }), new: undefined },
    ]);
    expect(tables.holder(coin(1))).toBeUndefined();
  });

  test('tables of others are not its business', () => {
    const tables = filled();
    tables.apply([
      put(OUTPUT_TABLE, new Uint8Array(3), new Uint8Array(1)),
      put(99, new Uint8Array(3), new Uint8Array(1)),
    ]);
    expect(tables.entries()).toEqual(filled().entries());
  });

  test('a delta that does not fit changes nothing', () => {
    const tables = filled();
    const good = put(CURSOR_TABLE, encodeShard(9), encodeCursor({ next: 1n, height: 1 }));
    for (const [bad, code] of [
      [put(HELD_TABLE, id, record), 'wrong-state'],
      [{ table: HELD_TABLE, key: bytes32('none'), old: record, new: undefined }, 'wrong-state'],
      [{ table: HELD_TABLE, key: bytes32('done'), old: record, new: undefined }, 'wrong-state'],
      [put(HELD_TABLE, bytes32('x').slice(1), record), 'malformed'],
      [put(HELD_TABLE, bytes32('x'), record.slice(1)), 'malformed'],
      [put(QUEUE_TABLE, encodeShard(4), encodeCredit(credit)), 'malformed'],
      [put(QUEUE_TABLE, encodeQueueKey(4, 1n), record), 'malformed'],
      [put(SPAN_TABLE, encodeQueueKey(4, 1n), encodeSpan({ first: 0n, end: 1n })), 'malformed'],
      [put(SPAN_TABLE, encodeShard(8), new Uint8Array(16)), 'malformed'],
      [put(CURSOR_TABLE, bytes32('x'), encodeCursor({ next: 1n, height: 1 })), 'malformed'],
      [put(CURSOR_TABLE, encodeShard(8), new Uint8Array(12)), 'malformed'],
    ] as const) {
      expect(() => tables.apply([good, bad])).toThrow(expect.objectContaining({ code }));
      expect(tables.entries()).toEqual(filled().entries());
    }
  });
});
