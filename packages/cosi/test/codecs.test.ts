import fc from 'fast-check';
import * as P from 'micro-packed';
import { describe, expect, test } from 'vitest';
import { encodeNonces } from '../src/entry.ts';
import {
  decodeEntry,
  decodeList,
  type Entry,
  encodeEntry,
  encodeList,
  entryMessage,
  equalEntries,
  indicesOf,
  maskOf,
} from '../src/index.ts';
import { expectRefusal } from './committee.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const entry: fc.Arbitrary<Entry> = fc.record({
  index: fc.nat(0xffff),
  D: bytes(32),
  E: bytes(32),
  signature: bytes(64),
});
const list = fc
  .uniqueArray(entry, { selector: ({ index }) => index, maxLength: 20 })
  .map((all) => all.sort((a, b) => a.index - b.index));

describe('masks', () => {
  test('have one bit a member, the least significant first', () => {
    expect(maskOf([0, 2, 8], 9)).toEqual(Uint8Array.of(0b101, 1));
    expect(indicesOf(Uint8Array.of(0b101, 1), 9)).toEqual([0, 2, 8]);
    expect(maskOf([], 16)).toEqual(new Uint8Array(2));
    expect(maskOf([], 0)).toEqual(new Uint8Array(0));
  });

  test('are refused with another length or a surplus bit', () => {
    for (const bad of [[], [0], [0, 0, 0], [0, 0b10], [0, 0b1000_0000]]) {
      expect(indicesOf(Uint8Array.from(bad), 9)).toBeUndefined();
    }
    for (const index of [-1, 9, 0.5, Number.NaN]) expectRefusal('out-of-range', () => maskOf([index], 9));
  });

  test('are sets of indices, both ways', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.array(fc.nat(69)), (n, any) => {
        const indices = [...new Set(any.filter((index) => index < n))].sort((a, b) => a - b);
        expect(indicesOf(maskOf(indices, n), n)).toEqual(indices);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.uint8Array({ maxLength: 5 }), (n, mask) => {
        const indices = indicesOf(mask, n);
        if (indices !== undefined) expect(maskOf(indices, n)).toEqual(mask);
      }),
    );
  });
});

describe('entries and lists', () => {
  test('are 130 bytes each, and a number before a list', () => {
    const one: Entry = {
      index: 0x0102,
      D: new Uint8Array(32).fill(3),
      E: new Uint8Array(32).fill(4),
      signature: new Uint8Array(64).fill(5),
    };
    const encoded = Uint8Array.of(1, 2, ...one.D, ...one.E, ...one.signature);
    expect(encodeEntry(one)).toEqual(encoded);
    expect(encodeList([one])).toEqual(Uint8Array.of(0, 1, ...encoded));
    expect(encodeList([])).toEqual(Uint8Array.of(0, 0));
  });

  test('come back', () => {
    fc.assert(
      fc.property(list, (own) => {
        for (const one of own) expect(decodeEntry(encodeEntry(one))).toEqual(one);
        expect(decodeList(encodeList(own))).toEqual(own);
      }),
    );
  });

  test('have one encoding: what decodes encodes to the same bytes', () => {
    const mutated = fc.tuple(list, fc.nat(), fc.integer({ min: 1, max: 255 })).map(([own, at, by]) => {
      const all = encodeList(own);
      all[at % all.length]! ^= by;
      return all;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated), (own) => {
        const decoded = decodeList(own);
        if (decoded !== undefined) expect(encodeList(decoded)).toEqual(own);
      }),
    );
  });

  test('are refused too short, too long, out of order, twice', () => {
    const [a, b] = fc.sample(entry, 2).map((own, index) => ({ ...own, index })) as [Entry, Entry];
    const encoded = encodeEntry(a);
    for (const bad of [new Uint8Array(0), encoded.slice(1), Uint8Array.of(...encoded, 0)]) {
      expect(decodeEntry(bad)).toBeUndefined();
    }
    const pair = encodeList([a, b]);
    for (const bad of [new Uint8Array(0), Uint8Array.of(0xff, 0xff), pair.slice(0, -1), Uint8Array.of(...pair, 0)]) {
      expect(decodeList(bad)).toBeUndefined();
    }
    const joined = (...all: Entry[]) => Uint8Array.of(0, all.length, ...all.flatMap((own) => [...encodeEntry(own)]));
    expect(decodeList(joined(a, b))).toEqual([a, b]);
    expect(decodeList(joined(b, a))).toBeUndefined();
    expect(decodeList(joined(a, a))).toBeUndefined();
    expect(() => encodeList([b, a])).toThrow();
  });

  test('are equal in every field or not at all', () => {
    fc.assert(
      fc.property(entry, entry, (a, b) => {
        expect(equalEntries(a, { ...a, D: a.D.slice(), E: a.E.slice(), signature: a.signature.slice() })).toBe(true);
        const other = { ...b, index: (a.index + 1) % 2 ** 16 };
        for (const field of ['index', 'D', 'E', 'signature'] as const) {
          const same = field !== 'index' && Buffer.from(a[field]).equals(b[field]);
          expect(equalEntries(a, { ...a, [field]: other[field] }), field).toBe(same);
        }
      }),
    );
  });

  test('are signed with every argument in range', () => {
    const one = { index: 0, D: new Uint8Array(32), E: new Uint8Array(32) };
    const session = new Uint8Array(32);
    for (const index of [-1, 0.5, 2 ** 16]) {
      expectRefusal('out-of-range', () => entryMessage(session, 0, { ...one, index }));
    }
    for (const attempt of [-1, 0.5, 2 ** 32]) expectRefusal('out-of-range', () => entryMessage(session, attempt, one));
    expectRefusal('bad-length', () => entryMessage(new Uint8Array(31), 0, one));
    expect(entryMessage(session, 2 ** 32 - 1, { ...one, index: 2 ** 16 - 1 }).length).toBe(32);
  });

  test('are hashed as their nonces alone', () => {
    const declared = P.array(P.U16BE, P.struct({ index: P.U16BE, D: P.bytes(32), E: P.bytes(32) }));
    fc.assert(
      fc.property(list, (own) => {
        const nonces = own.map(({ index, D, E }) => ({ index, D, E }));
        expect(encodeNonces(own)).toEqual(declared.encode(nonces));
      }),
    );
  });
});
