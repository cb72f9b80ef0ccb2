import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  decodeAttachment,
  type ExclusionRecord,
  ecvrfTai,
  electionViewOf,
  encodeAttachment,
  isAttachment,
  leaderOf,
  lowestEligible,
  ranking,
  type SeatAttachment,
} from '../src/index.ts';
import { fakeEcvrf } from '../src/testing.ts';
import { byRank, contextOf, openingOf, proofOf } from './roster.ts';

const context = contextOf(fakeEcvrf, 7);
const order = byRank(fakeEcvrf, context);
const attempt = { attempt: 0, barred: [] as readonly number[] };
const lead = (opening: readonly SeatAttachment[], view = 1, barred: readonly number[] = []): number =>
  leaderOf(
    fakeEcvrf,
    context,
    { attempt: 0, barred },
    { height: 0, view },
    opening.map(({ seat, attachment }) => ({ seat, attachment: decodeAttachment(attachment)! })),
  );
const inOrder = (seats: readonly number[]): number[] => [...seats].sort((a, b) => a - b);
const [first, second, third] = order as [number, number, number];

test('three views to a drawing', () => {
  expect([0, 1, 2, 3, 5, 6].map(electionViewOf)).toEqual([0, 0, 0, 1, 1, 2]);
});

test('candidates go by rank, as big-endian numbers', () => {
  const candidate = (seat: number, ...rank: number[]) => ({ seat, rank: Uint8Array.from(rank) });
  const list = [candidate(0, 2, 0), candidate(1, 1, 255), candidate(2, 1, 9), candidate(3, 2, 0)];
  expect(ranking(list).map(({ seat }) => seat)).toEqual([2, 1, 0, 3]);
});

test('the barred and the excluded are passed over, as long as anybody is left', () => {
  const list = [3, 1, 2].map((seat) => ({ seat, rank: Uint8Array.of(seat) }));
  expect(lowestEligible(list, [], [])).toBe(1);
  expect(lowestEligible(list, [1], [])).toBe(2);
  expect(lowestEligible(list, [1], [2])).toBe(3);
  expect(lowestEligible(list, [1], [2, 3])).toBe(2);
  expect(lowestEligible(list, [1, 2, 3], [])).toBe(1);
  expect(lowestEligible([], [], [])).toBeUndefined();
});

describe('the leader of a view', () => {
  test('has the lowest ticket of those that open it', () => {
    expect(lead(openingOf(fakeEcvrf, context, inOrder(order.slice(0, 5))))).toBe(first);
    expect(lead(openingOf(fakeEcvrf, context, inOrder(order.slice(1, 6))))).toBe(second);
    expect(lead(openingOf(fakeEcvrf, context, inOrder(order.slice(2, 7))))).toBe(third);
  });

  test('is the next one where a quorum waited for the lowest in vain', () => {
    const seats = inOrder(order.slice(0, 5));
    expect(lead(openingOf(fakeEcvrf, context, seats, { waitedFor: first }))).toBe(second);
    const four = openingOf(fakeEcvrf, context, seats.slice(0, 4), { waitedFor: first });
    const one = openingOf(fakeEcvrf, context, seats.slice(4), { waitedFor: second });
    expect(lead([...four, ...one])).toBe(first);
  });

  test('is none that f + 1 have in their records', () => {
    const seats = inOrder(order.slice(0, 5));
    const excluded: ExclusionRecord = [{ seat: first, height: 0, view: 1 }];
    const with3 = openingOf(fakeEcvrf, context, seats.slice(0, 3), { excluded });
    const rest = openingOf(fakeEcvrf, context, seats.slice(3));
    expect(lead([...with3, ...rest], 2)).toBe(second);
    expect(lead([...with3.slice(1), ...openingOf(fakeEcvrf, context, seats.slice(0, 1)), ...rest], 2)).toBe(first);
  });

  test('is drawn anew from the third view on, and the excluded stay so', () => {
    const next = byRank(fakeEcvrf, context, 0, 1);
    expect(next).not.toEqual(order);
    const opening = openingOf(fakeEcvrf, context, inOrder(next.slice(0, 5)), { electionView: 1 });
    expect(lead(opening, 3)).toBe(next[0]);
    const excluded: ExclusionRecord = [{ seat: next[0]!, height: 0, view: 1 }];
    const later = openingOf(fakeEcvrf, context, inOrder(next.slice(0, 5)), { electionView: 1, excluded });
    expect(lead(later, 3)).toBe(next[1]);
  });

  test('is none whom a decision bars', () => {
    expect(lead(openingOf(fakeEcvrf, context, inOrder(order.slice(0, 5))), 1, [first, second])).toBe(third);
  });

  test('needs no ticket where nobody has one', () => {
    const opening = openingOf(fakeEcvrf, context, [0, 2, 3, 5, 6], { tickets: false });
    expect([1, 2, 4, 6, 7].map((view) => lead(opening, view))).toEqual([2, 2, 5, 6, 0]);
  });

  test('by all view-changes leads by every quorum of them that has its own', () => {
    const some = [0, 2, 3, 5, 6];
    const all = [0, 1, 2, 3, 4, 5, 6];
    const quorums = all.flatMap((a) =>
      all.filter((b) => b > a).map((b) => all.filter((seat) => seat !== a && seat !== b)),
    );
    for (const tickets of [true, false])
      for (const seats of [some, all])
        for (let view = 1; view <= 21; view++) {
          const opened = (by: readonly number[]): number =>
            lead(openingOf(fakeEcvrf, context, by, { tickets, electionView: electionViewOf(view) }), view);
          const leader = opened(seats);
          for (const quorum of quorums.filter((by) => by.includes(leader) && by.every((seat) => seats.includes(seat))))
            expect(opened(quorum)).toBe(leader);
        }
  });
});

describe('attachments of view-changes', () => {
  const moment = { height: 2, view: 4 };
  const pi = proofOf(fakeEcvrf, context, 3, 0, 1);
  const right = (bytes: Uint8Array, seat = 3): boolean =>
    isAttachment(fakeEcvrf, context, attempt, moment, seat, bytes);
  const at = (seat: number, height: number, view: number) => ({ seat, height, view });

  test('a ticket of the drawing that the view belongs to, or none', () => {
    expect(right(encodeAttachment({ pi, waitedFor: 6, excluded: [] }))).toBe(true);
    expect(right(encodeAttachment({ pi: undefined, waitedFor: undefined, excluded: [] }))).toBe(true);
    expect(right(encodeAttachment({ pi, waitedFor: 6, excluded: [] }), 2)).toBe(false);
    for (const other of [proofOf(fakeEcvrf, context, 3, 0, 0), proofOf(fakeEcvrf, context, 3, 1, 1)])
      expect(right(encodeAttachment({ pi: other, waitedFor: undefined, excluded: [] }))).toBe(false);
  });

  test('seats of the roster, f exclusions at most, none of a later view', () => {
    const withRecord = (...excluded: ExclusionRecord): boolean =>
      right(encodeAttachment({ pi: undefined, waitedFor: undefined, excluded }));
    expect(withRecord(at(0, 1, 9), at(1, 2, 4))).toBe(true);
    expect(withRecord(at(0, 1, 1), at(1, 1, 2), at(2, 1, 3))).toBe(false);
    expect(withRecord(at(0, 2, 5))).toBe(false);
    expect(withRecord(at(0, 3, 0))).toBe(false);
    expect(withRecord(at(7, 1, 1))).toBe(false);
    expect(right(encodeAttachment({ pi: undefined, waitedFor: 7, excluded: [] }))).toBe(false);
  });

  test('other bytes and other seats', () => {
    const bytes = encodeAttachment({ pi, waitedFor: undefined, excluded: [] });
    expect(right(concatBytes(bytes, Uint8Array.of(0)))).toBe(false);
    expect(right(new Uint8Array(0))).toBe(false);
    expect(right(bytes, 7)).toBe(false);
    expect(right(bytes, -1)).toBe(false);
  });

  test('the same with real tickets', () => {
    const real = contextOf(ecvrfTai, 4);
    const own = encodeAttachment({ pi: proofOf(ecvrfTai, real, 1, 0, 1), waitedFor: 0, excluded: [] });
    expect(isAttachment(ecvrfTai, real, attempt, moment, 1, own)).toBe(true);
    expect(isAttachment(ecvrfTai, real, attempt, moment, 2, own)).toBe(false);
    expect(isAttachment(ecvrfTai, real, attempt, { height: 2, view: 1 }, 1, own)).toBe(false);
  });
});
