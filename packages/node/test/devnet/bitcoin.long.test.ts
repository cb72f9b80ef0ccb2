import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBitcoinBlock } from '../../src/devnet/bitcoin-block.ts';
import { parseBitcoinTransaction } from '../../src/devnet/bitcoin-transaction.ts';
import { parseBitcoinUndo } from '../../src/devnet/bitcoin-undo.ts';
import { spentScript } from '../../src/devnet/spent-script.ts';
import { NodeError } from '../../src/errors.ts';
import { block, encodeTransaction, encodeUndo, firstBlock, madeBlock, rawBlock, rawUndo, shipped } from './blocks.ts';

/** A change of some bytes: another byte, bytes put in, bytes left out, the end cut off, or a part of it said twice. */
const change = fc.tuple(
  fc.constantFrom('set', 'insert', 'remove', 'cut', 'repeat'),
  fc.nat(4095),
  fc.uint8Array({ minLength: 1, maxLength: 9 }),
);

const mutate = (bytes: Buffer, [kind, place, content]: [string, number, Uint8Array]): Buffer => {
  const at = place % (bytes.length + 1);
  const before = bytes.subarray(0, at);
  const after = bytes.subarray(at);
  if (kind === 'set') return Buffer.concat([before, content, after.subarray(content.length)]);
  if (kind === 'insert') return Buffer.concat([before, content, after]);
  if (kind === 'remove') return Buffer.concat([before, after.subarray(content.length)]);
  if (kind === 'cut') return before;
  return Buffer.concat([before, bytes.subarray(at - content.length, at), after]);
};

/** Runs a decoder on mutated bytes: it throws its own error, or reads what encodes to exactly these bytes. */
const fuzz = (seeds: readonly Buffer[], numRuns: number, reencode: (bytes: Buffer) => Uint8Array): void => {
  let read = 0;
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 4 }), (seed, changes) => {
      const bytes = changes.reduce<Buffer>(mutate, seed);
      let again: Uint8Array;
      try {
        again = reencode(bytes);
      } catch (error) {
        if (error instanceof NodeError) return;
        throw error;
      }
      read += 1;
      if (Buffer.compare(again, bytes) !== 0) throw new Error(`${bytes.toString('hex')} has another encoding`);
    }),
    { numRuns },
  );
  // Mutations that are all refused early would try nothing.
  expect(read).toBeGreaterThan(numRuns / 100);
};

test('700 000 mutated transactions', () => {
  const seeds = ['300025', '1602407a'] as const;
  const small = seeds.flatMap((name) => block(name).transactions.map(encodeTransaction)).filter((b) => b.length < 600);
  fuzz(small, 700_000, (bytes) => {
    const transaction = parseBitcoinTransaction(bytes);
    for (const input of transaction.inputs) spentScript(input);
    return encodeTransaction(transaction);
  });
});

test('300 000 mutated pieces of undo data', () => {
  const made = madeBlock({ spends: ['outside', 'outside'], pays: [7] }, { spends: ['outside', [1, 0]], pays: [1] });
  const script = (length: number) => new Uint8Array(length).fill(length);
  const outputs = made.transactions[1]!.outputs;
  const seeds = [0, 25, 252, 253].map((length) =>
    encodeUndo([
      [
        { value: 5n, script: script(length) },
        { value: 2n, script: script(23) },
      ],
      [{ value: 9n, script: script(25) }, outputs[0]!],
    ]),
  );
  fuzz(seeds, 300_000, (bytes) => encodeUndo(parseBitcoinUndo(bytes, made)));
});

test('20 000 mutated first blocks are all refused', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = changes.reduce<Buffer>(mutate, Buffer.from(firstBlock));
      if (Buffer.compare(bytes, firstBlock) === 0) return;
      expect(() => parseBitcoinBlock(bytes)).toThrow(NodeError);
    }),
    { numRuns: 20_000 },
  );
});

test.each(shipped)('block $name: a changed byte, at 400 places spread evenly, is an error', ({ name }) => {
  const raw = rawBlock(name);
  for (let i = 0; i < 400; i++) {
    const at = Math.floor((i * raw.length) / 400);
    const damaged = Buffer.from(raw);
    damaged[at]! ^= 1 + (i % 255);
    expect(() => parseBitcoinBlock(damaged), `byte ${at}`).toThrow(NodeError);
  }
});

test('a changed byte, at every 29th place of the undo data, is an error, or other data with exactly these bytes', () => {
  const real = block('300025');
  const raw = rawUndo();
  for (let at = 0; at < raw.length; at += 29) {
    const damaged = Buffer.from(raw);
    damaged[at]! ^= 1 + (at % 255);
    try {
      expect(Buffer.compare(encodeUndo(parseBitcoinUndo(damaged, real)), damaged)).toBe(0);
    } catch (error) {
      expect(error, `byte ${at}`).toBeInstanceOf(NodeError);
    }
  }
});
