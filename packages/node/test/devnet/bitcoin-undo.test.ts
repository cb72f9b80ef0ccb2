import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBitcoinUndo } from '../../src/devnet/bitcoin-undo.ts';
import { spendsWithin } from '../../src/devnet/block-graph.ts';
import { NodeError } from '../../src/errors.ts';
import { block, encodeUndo, rawUndo } from './blocks.ts';

const good = block('300025');
const raw = rawUndo();
const undo = parseBitcoinUndo(raw, good);
const total = (outputs: readonly { readonly value: bigint }[]) => outputs.reduce((sum, { value }) => sum + value, 0n);
const refusal = (message: RegExp) =>
  expect.objectContaining({ name: 'NodeError', code: 'bitcoin-undo', message: expect.stringMatching(message) });
test('holds one output for each input but the coinbase, and encodes to the bytes it came from', () => {
  expect(undo.map((entries) => entries.length)).toEqual([0, ...good.transactions.slice(1).map((t) => t.inputs.length)]);
  expect(Buffer.compare(encodeUndo(undo), raw)).toBe(0);
});

test('the fees are what the coinbase claims above the subsidy of 25 BTC', () => {
  const [coinbase, ...others] = good.transactions;
  const fees = total(undo.flat()) - total(others.flatMap(({ outputs }) => outputs));
  expect(fees).toBe(7_773_345n);
  expect(total(coinbase!.outputs)).toBe(25_0000_0000n + fees);
});

describe('refuses', () => {
  const sources = spendsWithin(good);
  const [transaction, input] = sources
    .flatMap((list, i) => list.map((source, j) => [i, j, source] as const))
    .find(([, , source]) => source)!;
  const changed = (change: (entry: (typeof undo)[number][number]) => (typeof undo)[number][number]) =>
    encodeUndo(
      undo.map((list, i) => list.map((entry, j) => (i === transaction && j === input ? change(entry) : entry))),
    );

  test.each<[string, Uint8Array, RegExp]>([
    ['a missing byte', raw.subarray(0, -1), /truncated/],
    ['a missing entry', encodeUndo(undo.slice(0, -1)), /truncated/],
    ['a trailing byte', Buffer.concat([raw, Buffer.alloc(1)]), /trailing/],
    ['one more entry', encodeUndo([...undo, undo[1]!]), /trailing/],
    [
      'another value for an output of the block',
      changed((e) => ({ ...e, value: e.value + 1n })),
      /not the output that/,
    ],
    [
      'another script for an output of the block',
      changed((e) => ({ ...e, script: e.script.map((b) => b ^ 1) })),
      /not the output that/,
    ],
    ['a value over 21 million BTC', Buffer.concat([Buffer.alloc(8, 0xff), raw.subarray(8)]), /value over/],
    [
      'a length not in its shortest form',
      Buffer.concat([raw.subarray(0, 8), Buffer.from('fd1900', 'hex'), raw.subarray(9)]),
      /shortest form/,
    ],
    [
      'a script that does not fit',
      Buffer.concat([raw.subarray(0, 8), Buffer.from('feffffffff', 'hex'), raw.subarray(9)]),
      /truncated/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => parseBitcoinUndo(bytes, good)).toThrow(refusal(message));
  });

  test('the undo data of another block', () => {
    expect(() => parseBitcoinUndo(raw, block('227836'))).toThrow(refusal(/not the output that/));
  });
});

test('damaged data are an error, or other data with exactly these bytes', () => {
  const lengths = fc.nat(raw.length - 1);
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const damaged = Buffer.from(raw);
      damaged[at]! ^= mask;
      try {
        expect(Buffer.compare(encodeUndo(parseBitcoinUndo(damaged, good)), damaged)).toBe(0);
      } catch (error) {
        expect(error).toBeInstanceOf(NodeError);
      }
    }),
    { numRuns: 60 },
  );
  fc.assert(
    fc.property(lengths, (length) => {
      expect(() => parseBitcoinUndo(raw.subarray(0, length), good)).toThrow(refusal(/truncated/));
    }),
    { numRuns: 60 },
  );
});
