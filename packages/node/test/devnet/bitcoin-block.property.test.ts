import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseBitcoinBlock } from '../../src/devnet/bitcoin-block.ts';
import { parseBitcoinTransaction } from '../../src/devnet/bitcoin-transaction.ts';
import { NodeError } from '../../src/errors.ts';
import { block, encodeTransaction, firstBlock, rawBlock } from './blocks.ts';

/** What parsing throws, or undefined if it does not. */
const thrown = (parse: () => unknown): unknown => {
  try {
    parse();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('any changed bit of the first block is an error', () => {
  for (let bit = 0; bit < firstBlock.length * 8; bit++) {
    const damaged = Buffer.from(firstBlock);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    expect(
      thrown(() => parseBitcoinBlock(damaged)),
      `bit ${bit}`,
    ).toBeInstanceOf(NodeError);
  }
});

describe.each([
  ['300025', 40],
  ['227836', 200],
  ['481815', 10],
  ['1602407a', 10],
] as const)('block %s', (name, numRuns) => {
  const raw = rawBlock(name);

  test('any changed byte is an error, in a witness too', () => {
    fc.assert(
      fc.property(fc.nat(raw.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const damaged = Buffer.from(raw);
        damaged[at]! ^= mask;
        expect(thrown(() => parseBitcoinBlock(damaged))).toBeInstanceOf(NodeError);
      }),
      { numRuns },
    );
  });

  test('any part of it is an error', () => {
    fc.assert(
      fc.property(fc.nat(raw.length - 1), (length) => {
        expect(thrown(() => parseBitcoinBlock(raw.subarray(0, length)))).toBeInstanceOf(NodeError);
      }),
      { numRuns },
    );
  });
});

test('a damaged transaction is an error, or another transaction with exactly these bytes', () => {
  const transactions = [...block('300025').transactions, ...block('1602407a').transactions]
    .map(encodeTransaction)
    .filter(({ length }) => length < 1000);
  fc.assert(
    fc.property(
      fc.constantFrom(...transactions),
      fc.array(fc.tuple(fc.nat(999), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      (bytes, changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        const error = thrown(() => expect(encodeTransaction(parseBitcoinTransaction(damaged))).toEqual(damaged));
        if (error !== undefined) expect(error).toBeInstanceOf(NodeError);
      },
    ),
    { numRuns: 800 },
  );
});
