import { describe, expect, test } from 'vitest';
import {
  type BitcoinBlock,
  bitcoinMerkleRoot,
  displayHash,
  MAX_BITCOIN_BLOCK,
  parseBitcoinBlock,
} from '../../src/devnet/bitcoin-block.ts';
import { parseBitcoinTransaction } from '../../src/devnet/bitcoin-transaction.ts';
import { spendsWithin } from '../../src/devnet/block-graph.ts';
import { block, encodeBlock, encodeTransaction, firstBlock, le, madeBlock, rawBlock, shipped } from './blocks.ts';

const refusal = (message: RegExp) =>
  expect.objectContaining({ name: 'NodeError', code: 'bitcoin-block', message: expect.stringMatching(message) });

describe.each(shipped)('block $name', ({ name, hash, counts }) => {
  const raw = rawBlock(name);
  const parsed = parseBitcoinBlock(raw);

  test('has the hash and the counts that are known of it', () => {
    const { transactions } = parsed;
    expect(displayHash(parsed.header.hash)).toBe(hash);
    expect({
      transactions: transactions.length,
      inputs: transactions.flatMap(({ inputs }) => inputs).length,
      outputs: transactions.flatMap(({ outputs }) => outputs).length,
      within: spendsWithin(parsed).flat().filter(Boolean).length,
    }).toEqual(counts);
  });

  test('encodes to the bytes it came from', () => {
    expect(Buffer.compare(encodeBlock(parsed), raw)).toBe(0);
    for (const transaction of parsed.transactions.slice(0, 50))
      expect(parseBitcoinTransaction(encodeTransaction(transaction))).toEqual(transaction);
  });
});

test('the first block of all parses, and its only transaction is the Merkle root', () => {
  const { header, transactions } = parseBitcoinBlock(firstBlock);
  expect(displayHash(header.hash)).toBe('000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f');
  expect(transactions.map(({ txid }) => txid)).toEqual([header.merkleRoot]);
});

test('does not copy, and does not depend on where the bytes lie', () => {
  const raw = rawBlock('227836');
  const shifted = new Uint8Array(raw.length + 7);
  shifted.set(raw, 7);
  const parsed = parseBitcoinBlock(shifted.subarray(7));
  expect(parsed).toEqual(parseBitcoinBlock(raw));
  expect(parsed.transactions[5]!.outputs[0]!.script.buffer).toBe(shifted.buffer);
});

describe('refuses', () => {
  const raw = rawBlock('300025');
  const good = block('300025');
  const { header, transactions } = good;
  const edited = (change: (bytes: Buffer) => void, bytes: Uint8Array = raw): Buffer => {
    const copy = Buffer.from(bytes);
    change(copy);
    return copy;
  };
  const encoded = (list: BitcoinBlock['transactions']): Buffer => encodeBlock({ header, transactions: list });
  const [coinbase, second, ...others] = transactions as [
    BitcoinBlock['transactions'][number],
    BitcoinBlock['transactions'][number],
    ...BitcoinBlock['transactions'],
  ];

  test.each<[string, () => Uint8Array, RegExp]>([
    ['a header without its proof of work', () => edited((bytes) => bytes.writeUInt32LE(1, 76)), /no proof of work/],
    [
      'a target above the easiest',
      () => edited((bytes) => bytes.writeUInt32LE(0x1d01_0000, 72)),
      /target is out of range/,
    ],
    ['a negative target', () => edited((bytes) => bytes.writeUInt32LE(0x1c80_0001, 72)), /target is out of range/],
    ['a target of zero', () => edited((bytes) => bytes.writeUInt32LE(0x0200_007f, 72)), /target is out of range/],
    [
      'a target that overflows',
      () => edited((bytes) => bytes.writeUInt32LE(0xff00_0001, 72)),
      /target is out of range/,
    ],
    ['a trailing byte', () => Buffer.concat([raw, Buffer.alloc(1)]), /trailing bytes/],
    ['a missing byte', () => raw.subarray(0, -1), /truncated/],
    ['nothing at all', () => new Uint8Array(0), /truncated/],
    [
      'a count not in its shortest form',
      () => Buffer.concat([raw.subarray(0, 80), Buffer.from('fecd010000', 'hex'), raw.subarray(83)]),
      /shortest form/,
    ],
    [
      'a count of 64 bits',
      () => Buffer.concat([raw.subarray(0, 80), Buffer.alloc(9, 0xff), raw.subarray(83)]),
      /over 32 bits/,
    ],
    [
      'a count that cannot fit',
      () => edited((bytes) => bytes.writeUInt16LE(0xffff, 81)),
      /more items are announced than fit/,
    ],
    ['no transactions', () => encoded([]), /not a coinbase/],
    ['a coinbase that is not first', () => encoded([second, coinbase, ...others]), /not a coinbase/],
    ['two coinbases', () => encoded([coinbase, second, coinbase, ...others]), /more than one coinbase/],
    ['transactions in another order', () => encoded([coinbase, ...others, second]), /Merkle root/],
    ['a transaction left out', () => encoded([coinbase, ...others]), /Merkle root/],
    [
      'the last of an odd number of transactions repeated, which has the same root',
      () => encoded([...transactions, transactions.at(-1)!]),
      /CVE-2012-2459/,
    ],
    [
      'a witness that no coinbase commits to',
      () =>
        encoded([
          coinbase,
          {
            ...second,
            segwit: true,
            inputs: second.inputs.map((input) => ({ ...input, witness: [Uint8Array.of(1)] })),
          },
          ...others,
        ]),
      /without a witness commitment/,
    ],
    ['bytes longer than any block', () => Buffer.concat([raw, Buffer.alloc(MAX_BITCOIN_BLOCK)]), /longer than a block/],
  ])('%s', (_, bytes, message) => {
    expect(() => parseBitcoinBlock(bytes())).toThrow(refusal(message));
  });
});

describe('with witnesses', () => {
  const good = block('1602407a');
  const stripped = (transaction: BitcoinBlock['transactions'][number]) => ({
    ...transaction,
    segwit: false,
    inputs: transaction.inputs.map((input) => ({ ...input, witness: [] })),
  });
  const encoded = (
    change: (
      transaction: BitcoinBlock['transactions'][number],
      position: number,
    ) => BitcoinBlock['transactions'][number],
  ) => encodeBlock({ ...good, transactions: good.transactions.map(change) });
  const position = good.transactions.findIndex(({ segwit }, i) => i > 0 && segwit);

  test('ids do not cover them: the block parses without any', () => {
    const parsed = parseBitcoinBlock(encoded(stripped));
    expect(parsed.transactions.map(({ txid }) => txid)).toEqual(good.transactions.map(({ txid }) => txid));
    expect(parsed.transactions[position]!.wtxid).toEqual(good.transactions[position]!.txid);
    expect(parsed.transactions[position]!.size).toEqual(good.transactions[position]!.size);
  });

  test('refuses a changed one', () => {
    const changed = encoded((transaction, i) => {
      if (i !== position) return transaction;
      const witness = transaction.inputs[0]!.witness.map((item) => Uint8Array.from(item, (byte) => byte ^ 1));
      return { ...transaction, inputs: [{ ...transaction.inputs[0]!, witness }, ...transaction.inputs.slice(1)] };
    });
    expect(() => parseBitcoinBlock(changed)).toThrow(refusal(/not those that the coinbase commits to/));
  });

  test('refuses one left out', () => {
    expect(() =>
      parseBitcoinBlock(encoded((transaction, i) => (i === position ? stripped(transaction) : transaction))),
    ).toThrow(refusal(/not those that the coinbase commits to/));
  });

  test('refuses a coinbase without the reserved value', () => {
    expect(() =>
      parseBitcoinBlock(encoded((transaction, i) => (i === 0 ? stripped(transaction) : transaction))),
    ).toThrow(refusal(/no witness reserved value/));
  });

  test('refuses a coinbase with more than the reserved value', () => {
    const changed = encoded((transaction, i) => {
      const [input] = transaction.inputs;
      return i === 0
        ? { ...transaction, inputs: [{ ...input!, witness: [...input!.witness, Uint8Array.of(1)] }] }
        : transaction;
    });
    expect(() => parseBitcoinBlock(changed)).toThrow(refusal(/no witness reserved value/));
  });
});

describe('a transaction', () => {
  const [, plain] = block('300025').transactions as [unknown, BitcoinBlock['transactions'][number]];
  const input = plain.inputs[0]!;
  const witness = [Uint8Array.of(7)];
  const limit = 2_100_000_000_000_000n;

  test('may hold 21 million BTC', () => {
    const rich = parseBitcoinTransaction(
      encodeTransaction({ ...plain, outputs: [{ value: limit, script: witness[0]! }] }),
    );
    expect(rich.outputs[0]!.value).toBe(limit);
  });

  test.each<[string, Partial<typeof plain>, RegExp]>([
    ['without inputs', { inputs: [] }, /no inputs/],
    ['without outputs', { outputs: [] }, /no outputs/],
    ['in the form with witnesses, without any', { segwit: true }, /witness form without a witness/],
    ['with a value over 21 million BTC', { outputs: [{ value: limit + 1n, script: input.script }] }, /value over/],
    [
      'with values over 21 million BTC in all',
      { outputs: [limit, 1n].map((value) => ({ value, script: input.script })) },
      /outputs over/,
    ],
    [
      'with an input that spends nothing',
      { inputs: [input, { ...input, txid: new Uint8Array(32), index: 0xffffffff }] },
      /spends nothing/,
    ],
  ])('%s is refused', (_, change, message) => {
    expect(() => parseBitcoinTransaction(encodeTransaction({ ...plain, ...change }))).toThrow(refusal(message));
  });

  test('with another witness flag is refused', () => {
    const bytes = encodeTransaction({ ...plain, segwit: true, inputs: [{ ...input, witness }] });
    bytes[5] = 2;
    expect(() => parseBitcoinTransaction(bytes)).toThrow(refusal(/no witness flag/));
  });

  test('of a version alone is refused', () => {
    expect(() => parseBitcoinTransaction(le(1, 4))).toThrow(refusal(/truncated/));
  });

  test('with a witness without inputs is refused', () => {
    const bytes = encodeTransaction({ ...plain, segwit: true, inputs: [] });
    expect(() => parseBitcoinTransaction(bytes)).toThrow(refusal(/no inputs/));
  });

  test('followed by anything is refused', () => {
    expect(() => parseBitcoinTransaction(Buffer.concat([encodeTransaction(plain), le(0, 1)]))).toThrow(
      refusal(/trailing/),
    );
  });
});

test('the Merkle root pairs the last of an odd level with itself, and refuses equal siblings on any level', () => {
  const [a, b, c, d] = block('227836').transactions.map(({ txid }) => txid) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  expect(bitcoinMerkleRoot([a, b, c, d])).not.toEqual(bitcoinMerkleRoot([a, b, c]));
  expect(() => bitcoinMerkleRoot([a, b, c, c])).toThrow(refusal(/CVE-2012-2459/));
  expect(() => bitcoinMerkleRoot([a, b, a, b])).toThrow(refusal(/CVE-2012-2459/));
  expect(bitcoinMerkleRoot([a, b, b, c])).toHaveLength(32);
});

describe('spends within the block', () => {
  test('are found by position', () => {
    const made = madeBlock({ spends: ['outside'], pays: [5, 5] }, { spends: ['outside', [1, 1]], pays: [1] });
    expect(spendsWithin(made)).toEqual([[undefined], [undefined], [undefined, { transaction: 1, output: 1 }]]);
  });

  test.each<[string, BitcoinBlock, RegExp]>([
    [
      'an output spent twice',
      madeBlock({ spends: ['outside'], pays: [5] }, { spends: [[1, 0]], pays: [1] }, { spends: [[1, 0]], pays: [1] }),
      /transaction 3 spends an output that is already spent/,
    ],
    [
      'an output spent twice by one transaction',
      madeBlock(
        { spends: ['outside'], pays: [5] },
        {
          spends: [
            [1, 0],
            [1, 0],
          ],
          pays: [1],
        },
      ),
      /transaction 2 spends an output that is already spent/,
    ],
    [
      'a spend of a later transaction',
      madeBlock({ spends: [[2, 0]], pays: [1] }, { spends: ['outside'], pays: [5] }),
      /transaction 1 spends an output that comes later/,
    ],
    [
      'a spend of its own output',
      madeBlock({ spends: [[1, 0]], pays: [1] }),
      /transaction 1 spends an output that comes later/,
    ],
    ['a spend of the coinbase', madeBlock({ spends: [[0, 0]], pays: [1] }), /transaction 1 spends the coinbase/],
    [
      'a spend of an output that is not there',
      madeBlock({ spends: ['outside'], pays: [5] }, { spends: [[1, 1]], pays: [1] }),
      /transaction 2 spends an output that does not exist/,
    ],
  ])('refuses %s', (_, made, message) => {
    expect(() => spendsWithin(made)).toThrow(refusal(message));
  });

  test('refuses two transactions with one id', () => {
    const made = madeBlock({ spends: ['outside'], pays: [5] }, { spends: ['outside'], pays: [1] });
    const twice = { ...made, transactions: [...made.transactions, made.transactions[1]!] };
    expect(() => spendsWithin(twice)).toThrow(refusal(/transaction 3 repeats an earlier one/));
  });
});
