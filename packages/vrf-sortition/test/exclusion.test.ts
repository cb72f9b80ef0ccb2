import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeAttachment,
  type Exclusion,
  encodeAttachment,
  excludedBy,
  faults,
  MAX_ATTACHMENT_LENGTH,
  MAX_EXCLUDED,
  mergeExclusions,
  mostExcluded,
} from '../src/index.ts';

const entry = (seat: number, view: number, height = 0): Exclusion => ({ seat, height, view });
const none = { waitedFor: undefined, excluded: [] };
const moment = { height: 2, view: 4 };

test('how many are faulty, and how many may stay excluded', () => {
  expect([1, 3, 4, 6, 7, 10].map(faults)).toEqual([0, 0, 1, 1, 2, 3]);
  expect([3, 7, 271, 274, 1000].map(mostExcluded)).toEqual([0, 2, 90, MAX_EXCLUDED, MAX_EXCLUDED]);
});

describe('excluded by what opens a view, n = 7, f = 2', () => {
  test('a quorum of 5 that names the same one excludes it, 4 do not', () => {
    const waited = (...names: (number | undefined)[]) => names.map((waitedFor) => ({ waitedFor, excluded: [] }));
    expect(excludedBy(7, moment, waited(3, 3, 3, 3, 3))).toEqual([{ ...moment, seat: 3 }]);
    expect(excludedBy(7, moment, waited(3, 3, 3, 3, 4))).toEqual([]);
    expect(excludedBy(7, moment, waited(3, 3, 3, 3, undefined))).toEqual([]);
    expect(excludedBy(7, moment, waited(...new Array<undefined>(5)))).toEqual([]);
  });

  test('f + 1 records that hold a seat exclude it, f do not', () => {
    const recorded = { waitedFor: undefined, excluded: [entry(6, 1)] };
    expect(excludedBy(7, moment, [recorded, recorded, none, none, none])).toEqual([]);
    expect(excludedBy(7, moment, [recorded, recorded, recorded, none, none])).toEqual([entry(6, 1)]);
  });

  test('of the times claimed, the (f+1)-th latest counts: f liars make no entry younger', () => {
    const at = (view: number) => ({ waitedFor: undefined, excluded: [entry(6, view)] });
    expect(excludedBy(7, moment, [at(9), at(1), at(8), at(2), none])).toEqual([entry(6, 2)]);
  });

  test('the oldest lapses when there are more than f', () => {
    const records = [entry(1, 1), entry(2, 2)];
    const claims = Array.from({ length: 5 }, () => ({ waitedFor: 3, excluded: records }));
    expect(excludedBy(7, moment, claims)).toEqual([entry(2, 2), { ...moment, seat: 3 }]);
  });
});

test('merging keeps the later entry of a seat and the youngest within the limit', () => {
  expect(mergeExclusions([entry(1, 1), entry(2, 2)], [entry(1, 3)], 3)).toEqual([entry(2, 2), entry(1, 3)]);
  expect(mergeExclusions([entry(1, 9), entry(2, 0, 1)], [entry(3, 1, 1)], 2)).toEqual([entry(2, 0, 1), entry(3, 1, 1)]);
  expect(mergeExclusions([entry(1, 1)], [], 0)).toEqual([]);
  expect(mergeExclusions([entry(5, 1), entry(4, 1)], [], 1)).toEqual([entry(5, 1)]);
});

const records = fc
  .uniqueArray(fc.record({ seat: fc.nat(65_535), height: fc.nat(9), view: fc.nat(9) }), {
    selector: ({ seat }) => seat,
    maxLength: MAX_EXCLUDED,
  })
  .map((record) => mergeExclusions(record, [], MAX_EXCLUDED));

describe('attachments', () => {
  test('property: they come back, within their length', () => {
    const pi = fc.option(fc.uint8Array({ minLength: 80, maxLength: 80 }), { nil: undefined });
    fc.assert(
      fc.property(pi, fc.option(fc.nat(65_535), { nil: undefined }), records, (own, waitedFor, excluded) => {
        const value = { pi: own, waitedFor, excluded };
        const bytes = encodeAttachment(value);
        expect(bytes.length).toBeLessThanOrEqual(MAX_ATTACHMENT_LENGTH);
        expect(decodeAttachment(bytes)).toEqual(value);
        expect(decodeAttachment(Uint8Array.from([...bytes, 0]))).toBeUndefined();
        expect(decodeAttachment(bytes.subarray(0, -1))).toBeUndefined();
      }),
    );
    expect(MAX_ATTACHMENT_LENGTH).toBeLessThanOrEqual(1024);
  });

  test('property: each accepted byte string is the one encoding', () => {
    const likely = fc.array(fc.constantFrom(0, 1, 2, 255), { maxLength: 40 }).map((list) => Uint8Array.from(list));
    fc.assert(
      fc.property(likely, (bytes) => {
        const decoded = decodeAttachment(bytes);
        if (decoded !== undefined) expect(encodeAttachment(decoded)).toEqual(bytes);
      }),
      { numRuns: 1_000 },
    );
  });

  test('records out of order, with a seat twice or too long are refused', () => {
    const bytesOf = (...entries: number[][]): Uint8Array =>
      Uint8Array.from([
        0,
        0,
        entries.length,
        ...entries.flatMap(([seat, view]) => [0, seat!, 0, 0, 0, 0, 0, 0, 0, view!]),
      ]);
    expect(decodeAttachment(bytesOf([1, 1], [2, 1]))).toBeDefined();
    expect(decodeAttachment(bytesOf([2, 1], [1, 1]))).toBeUndefined();
    expect(decodeAttachment(bytesOf([1, 2], [2, 1]))).toBeUndefined();
    expect(decodeAttachment(bytesOf([1, 1], [1, 2]))).toBeUndefined();
    const many = Array.from({ length: 91 }, (_, i) => [i, 1]);
    expect(decodeAttachment(bytesOf(...many.slice(1)))).toBeDefined();
    expect(decodeAttachment(bytesOf(...many))).toBeUndefined();
    expect(decodeAttachment(Uint8Array.of(2, 0, 0))).toBeUndefined();
  });
});
