import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMessage, type Entry, encodeMessage, type Message } from '../src/index.ts';
import { coordinatorOf, longestMessage } from '../src/messages.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const index = fc.nat(0xffff);
const u32 = fc.nat(0xffff_ffff);
const head = { session: bytes(32), coordinator: index };
const entry: fc.Arbitrary<Entry> = fc.record({ index, D: bytes(32), E: bytes(32), signature: bytes(64) });
const ordered = <T>(item: fc.Arbitrary<T>, of: (one: T) => number, minLength: number) =>
  fc.uniqueArray(item, { selector: of, minLength, maxLength: 12 }).map((items) => items.sort((a, b) => of(a) - of(b)));
const commitment = fc.record({ serial: u32, entry });
const response = fc.record({ index, s: bytes(32), endorsement: bytes(64) });

const shapes: { readonly [K in Message['TAG']]: fc.Arbitrary<Extract<Message, { TAG: K }>['data']> } = {
  announcement: fc.record({
    ...head,
    message: fc.uint8Array({ maxLength: 80 }),
    payload: fc.uint8Array({ maxLength: 80 }),
    signature: bytes(64),
  }),
  ask: fc.record({ ...head, serial: u32 }),
  list: fc.record({
    ...head,
    attempt: index,
    digest: bytes(32),
    list: ordered(entry, (one) => one.index, 0),
    signature: bytes(64),
  }),
  entries: fc.record({ ...head, commitments: ordered(commitment, (one) => one.entry.index, 1) }),
  responses: fc.record({
    ...head,
    attempt: index,
    statement: bytes(32),
    responses: ordered(response, (one) => one.index, 1),
  }),
  refusal: fc.record({ ...head, reason: fc.uint8Array({ maxLength: 300 }), signature: bytes(64) }),
  mismatch: fc.record({ ...head, attempt: index, commitment }),
};
const message = fc.oneof(
  ...Object.entries(shapes).map(([TAG, data]) =>
    (data as fc.Arbitrary<unknown>).map((one) => ({ TAG, data: one }) as Message),
  ),
);

describe('messages', () => {
  test('come back as they were, and their coordinator is told from the first bytes', () => {
    fc.assert(
      fc.property(message, (one) => {
        const encoded = encodeMessage(one);
        expect(decodeMessage(encoded)).toEqual(one);
        const up = ['entries', 'responses', 'refusal', 'mismatch'].includes(one.TAG);
        expect(coordinatorOf(encoded)).toBe(up ? one.data.coordinator : undefined);
      }),
    );
  });

  test('have one encoding: what decodes encodes to the same bytes', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.nat(255), (one, place, byte) => {
        const changed = encodeMessage(one);
        changed[place % changed.length] = byte;
        const again = decodeMessage(changed);
        if (again !== undefined) expect(encodeMessage(again)).toEqual(changed);
      }),
    );
  });

  test('are refused cut, prolonged, out of order, with an item twice, or with none', () => {
    fc.assert(
      fc.property(message, fc.nat(), (one, cut) => {
        const encoded = encodeMessage(one);
        expect(decodeMessage(encoded.subarray(0, cut % encoded.length))).toBeUndefined();
        expect(decodeMessage(Uint8Array.of(...encoded, 0))).toBeUndefined();
      }),
    );
    const session = new Uint8Array(32);
    const one = (at: number) => Uint8Array.of(0, at, ...new Uint8Array(96));
    const told = (...items: readonly Uint8Array[]) =>
      decodeMessage(
        Uint8Array.of(5, ...session, 0, 0, 0, 0, ...session, 0, items.length, ...items.flatMap((item) => [...item])),
      );
    expect(told(one(1), one(2))).toBeDefined();
    for (const items of [[], [one(2), one(1)], [one(1), one(1)]]) expect(told(...items)).toBeUndefined();
  });

  test('never allocate for a number that the bytes do not hold', () => {
    expect(decodeMessage(Uint8Array.of(4, ...new Uint8Array(34), 255, 255))).toBeUndefined();
    expect(decodeMessage(Uint8Array.of(1, ...new Uint8Array(36), 255, 255, 255, 255))).toBeUndefined();
  });

  test('are never longer than the longest that is looked at', () => {
    const [session, signature] = [new Uint8Array(32), new Uint8Array(64)];
    const fill = (index: number): Entry => ({ index, D: session, E: session, signature });
    for (const n of [1, 4, 100]) {
      const all = Array.from({ length: n }, (_, i) => i);
      const list = all.map(fill);
      const coordinator = 0;
      const longest: Message[] = [
        {
          TAG: 'announcement',
          data: { session, coordinator, message: new Uint8Array(70), payload: new Uint8Array(90), signature },
        },
        { TAG: 'list', data: { session, coordinator, attempt: 0, digest: session, list, signature } },
        { TAG: 'entries', data: { session, coordinator, commitments: list.map((one) => ({ serial: 0, entry: one })) } },
        {
          TAG: 'responses',
          data: {
            session,
            coordinator,
            attempt: 0,
            statement: session,
            responses: all.map((i) => ({ index: i, s: session, endorsement: signature })),
          },
        },
        { TAG: 'refusal', data: { session, coordinator, reason: new Uint8Array(256), signature } },
        { TAG: 'mismatch', data: { session, coordinator, attempt: 0, commitment: { serial: 0, entry: fill(0) } } },
      ];
      for (const one of longest) expect(encodeMessage(one).length).toBeLessThanOrEqual(longestMessage(n, 70, 90));
    }
  });
});
