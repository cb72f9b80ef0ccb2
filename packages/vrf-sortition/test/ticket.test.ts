import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeTicket,
  decodeTickets,
  encodeTicket,
  encodeTickets,
  type Lottery,
  TICKET_LENGTH,
  type Ticket,
  ticketAlpha,
  ticketRank,
} from '../src/index.ts';
import vectors from './vectors/tickets.json' with { type: 'json' };

const lottery: Lottery = {
  chain: new Uint8Array(32).fill(1),
  epoch: 2,
  attempt: 3,
  electionView: 4,
  randomness: new Uint8Array(32).fill(5),
};
const refused = (code: string) => expect.objectContaining({ name: 'VrfError', code });
const tickets: fc.Arbitrary<Ticket> = fc.record({
  epoch: fc.nat(2 ** 32 - 1),
  attempt: fc.nat(2 ** 32 - 1),
  electionView: fc.nat(2 ** 32 - 1),
  seat: fc.nat(65_535),
  pi: fc.uint8Array({ minLength: 80, maxLength: 80 }),
});

test.each(vectors.cases)('alpha and rank of case $epoch/$attempt/$electionView', (own) => {
  const alpha = ticketAlpha({ ...own, chain: hexToBytes(own.chain), randomness: hexToBytes(own.randomness) });
  expect(bytesToHex(alpha)).toBe(own.alpha);
  expect(bytesToHex(ticketRank(alpha, hexToBytes(own.beta), hexToBytes(own.identity)))).toBe(own.rank);
});

describe('alpha and rank', () => {
  test('each part of a lottery matters', () => {
    const others: Lottery[] = [
      lottery,
      { ...lottery, chain: new Uint8Array(32) },
      { ...lottery, epoch: 3 },
      { ...lottery, attempt: 4 },
      { ...lottery, electionView: 3 },
      { ...lottery, randomness: new Uint8Array(32) },
    ];
    expect(new Set(others.map((own) => bytesToHex(ticketAlpha(own)))).size).toBe(others.length);
  });

  test('nothing else does', () => {
    expect(ticketAlpha({ ...lottery, ...{ excluded: [1, 2], barred: [3] } })).toEqual(ticketAlpha(lottery));
  });

  test('each part of a rank matters', () => {
    const [a, b, i] = [new Uint8Array(32), new Uint8Array(64), new Uint8Array(32)];
    const ranks = [
      ticketRank(a, b, i),
      ticketRank(
        a.map(() => 1),
        b,
        i,
      ),
      ticketRank(
        a,
        b.map(() => 1),
        i,
      ),
      ticketRank(
        a,
        b,
        i.map(() => 1),
      ),
    ];
    expect(new Set(ranks.map((rank) => bytesToHex(rank))).size).toBe(4);
  });

  test('wrong lengths and numbers are refused', () => {
    expect(() => ticketAlpha({ ...lottery, chain: new Uint8Array(31) })).toThrow(refused('bad-length'));
    expect(() => ticketAlpha({ ...lottery, randomness: new Uint8Array(33) })).toThrow(refused('bad-length'));
    for (const wrong of [-1, 2 ** 32, 0.5, Number.NaN])
      for (const part of ['epoch', 'attempt', 'electionView'])
        expect(() => ticketAlpha({ ...lottery, [part]: wrong })).toThrow(refused('out-of-range'));
    const good = new Uint8Array(32);
    expect(() => ticketRank(good, good, good)).toThrow(refused('bad-length'));
    expect(() => ticketRank(good, new Uint8Array(64), new Uint8Array(31))).toThrow(refused('bad-length'));
    expect(() => ticketRank(new Uint8Array(33), new Uint8Array(64), good)).toThrow(refused('bad-length'));
  });
});

describe('encodings', () => {
  test('property: a ticket comes back, and each accepted byte string is the one encoding', () => {
    fc.assert(
      fc.property(tickets, (ticket) => {
        const bytes = encodeTicket(ticket);
        expect(bytes).toHaveLength(TICKET_LENGTH);
        expect(decodeTicket(bytes)).toEqual(ticket);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const decoded = decodeTickets(bytes);
        expect(decoded === undefined ? bytes : encodeTickets(decoded)).toEqual(bytes);
      }),
    );
  });

  test('property: one to three tickets come back, none and four are refused', () => {
    fc.assert(
      fc.property(fc.array(tickets, { minLength: 1, maxLength: 3 }), (list) => {
        const bytes = encodeTickets(list);
        expect(decodeTickets(bytes)).toEqual(list);
        expect(decodeTickets(bytes.subarray(1))).toBeUndefined();
        expect(decodeTickets(Uint8Array.from([...bytes, 0]))).toBeUndefined();
      }),
    );
    const one = encodeTicket({ ...lottery, seat: 0, pi: new Uint8Array(80) });
    expect(decodeTickets(Uint8Array.of(0))).toBeUndefined();
    expect(decodeTickets(Uint8Array.from([4, ...one, ...one, ...one, ...one]))).toBeUndefined();
  });

  test('other lengths are no tickets', () => {
    for (const length of [0, 93, 95]) expect(decodeTicket(new Uint8Array(length))).toBeUndefined();
    expect(decodeTicket(new Uint8Array(94))).toBeDefined();
  });
});
