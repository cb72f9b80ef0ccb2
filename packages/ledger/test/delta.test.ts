import { expect, test } from 'vitest';
import {
  type Change,
  canonicalDelta,
  decodeDelta,
  deltaWire,
  encodeDelta,
  INITIAL_EXECUTION_DIGEST,
  nextExecutionDigest,
  undo,
} from '../src/index.ts';
import { bytes32 } from './fixtures.ts';

const change = (table: number, key: number[], old: number[] | undefined, now: number[] | undefined): Change => ({
  table,
  key: Uint8Array.from(key),
  old: old && Uint8Array.from(old),
  new: now && Uint8Array.from(now),
});

const insert = change(1, [5, 6], undefined, [1]);
const remove = change(1, [5, 6, 0], [2], undefined);
const replace = change(1, [200], [3], [4]);
const pot = change(2, [], [5], []);
const delta = canonicalDelta([pot, replace, remove, insert]);

const outOfRange = expect.objectContaining({ name: 'LedgerError', code: 'out-of-range' });
const malformed = expect.objectContaining({ name: 'LedgerError', code: 'malformed' });

test('changes are ordered by table, then key, a prefix first; what has no effect is left out', () => {
  const idle = [change(1, [7], undefined, undefined), change(1, [8], [1, 2], [1, 2])];
  expect(canonicalDelta([pot, ...idle, replace, remove, insert])).toEqual([insert, remove, replace, pot]);
});

test('one entry changes once', () => {
  expect(() => canonicalDelta([insert, change(1, [5, 6], [1], [2])])).toThrow(outOfRange);
});

test('undo swaps old and new, and undoes itself', () => {
  expect(undo([insert])).toEqual([change(1, [5, 6], [1], undefined)]);
  expect(undo(undo(delta))).toEqual(delta);
});

test('a delta comes back from its bytes', () => {
  expect(decodeDelta(encodeDelta(delta))).toEqual(delta);
  expect(encodeDelta([])).toEqual(new Uint8Array(4));
});

const flawed: [string, Change[]][] = [
  ['out of order', [remove, insert]],
  ['an entry twice', [insert, insert]],
  ['tables out of order', [pot, insert]],
  ['a change without effect', [insert, change(1, [9], [1], [1])]],
  ['a change of nothing to nothing', [change(1, [9], undefined, undefined)]],
];

test.each(flawed)('%s: has no encoding, no digest, and its bytes do not decode', (_, changes) => {
  expect(() => encodeDelta(changes)).toThrow(outOfRange);
  expect(() => nextExecutionDigest(INITIAL_EXECUTION_DIGEST, changes)).toThrow(outOfRange);
  expect(() => decodeDelta(deltaWire.encode(changes))).toThrow(malformed);
});

test.each([
  ['a table above u8', change(256, [1], undefined, [1])],
  ['a key of 256 bytes', { ...insert, key: new Uint8Array(256) }],
  ['a value of 65536 bytes', { ...insert, new: new Uint8Array(65_536) }],
])('%s has no encoding', (_, impossible) => {
  expect(() => encodeDelta([impossible])).toThrow(outOfRange);
});

const bytes = encodeDelta(delta);

test.each([
  ['nothing', new Uint8Array(0)],
  ['a number of changes that cannot fit', Uint8Array.of(255, 255, 255, 255, ...bytes.subarray(4))],
  ['a change too few', Uint8Array.of(0, 0, 0, 5, ...bytes.subarray(4))],
  ['a trailing byte', Uint8Array.of(...bytes, 0)],
  ['a flag that is neither 0 nor 1', Uint8Array.of(0, 0, 0, 1, 1, 0, 2, 0, 0, 0)],
  ['a value that ends early', Uint8Array.of(0, 0, 0, 1, 1, 0, 0, 1, 0, 5, 1)],
])('%s does not decode', (_, hostile) => {
  expect(() => decodeDelta(hostile)).toThrow(malformed);
});

test('the digest depends on everything: the one before, table, key, old and new value, and their absence', () => {
  const previous = bytes32('previous');
  const variants = [
    [insert],
    [{ ...insert, table: 2 }],
    [{ ...insert, key: Uint8Array.of(5, 7) }],
    [{ ...insert, key: Uint8Array.of(5) }],
    [{ ...insert, new: Uint8Array.of(2) }],
    [{ ...insert, new: new Uint8Array(0) }],
    [{ ...insert, old: new Uint8Array(0) }],
    [{ ...insert, old: Uint8Array.of(9) }],
    [{ ...insert, old: Uint8Array.of(8) }],
    undo([insert]),
    [insert, remove],
    [],
  ];
  const digests = [
    nextExecutionDigest(INITIAL_EXECUTION_DIGEST, [insert]),
    ...variants.map((variant) => nextExecutionDigest(previous, variant)),
  ];
  expect(new Set(digests.map(String)).size).toBe(variants.length + 1);
  expect(digests.every(({ length }) => length === 32)).toBe(true);
});

test('a digest follows a digest of 32 bytes', () => {
  expect(INITIAL_EXECUTION_DIGEST).toEqual(new Uint8Array(32));
  expect(() => nextExecutionDigest(new Uint8Array(31), delta)).toThrow(outOfRange);
});
