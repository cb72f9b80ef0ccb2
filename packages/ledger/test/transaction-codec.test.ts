import { expect, test } from 'vitest';
import {
  decodeTransaction,
  encodeTransaction,
  inputOwners,
  MAX_TRANSACTION_BYTES,
  type Transaction,
  type TransactionBody,
} from '../src/index.ts';
import { bodyOf, bytes32, owner, unsigned } from './fixtures.ts';

const transaction = unsigned(bodyOf([0, 1]));
const bytes = encodeTransaction(transaction);
const at = { kind: 32, inputs: 37, outputs: 38 + 2 * 73 };

const malformed = expect.objectContaining({ name: 'LedgerError', code: 'malformed' });
const outOfRange = expect.objectContaining({ name: 'LedgerError', code: 'out-of-range' });

const changed = (change: (copy: Uint8Array) => void): Uint8Array => {
  const copy = bytes.slice();
  change(copy);
  return copy;
};

const withBody = (changes: Partial<TransactionBody>): Transaction => unsigned({ ...transaction.body, ...changes });

test('a transaction comes back from its bytes', () => {
  expect(bytes.length).toBe(39 + 2 * 73 + 2 * 40 + 2 * 64);
  expect(decodeTransaction(bytes)).toEqual(transaction);
});

test('the longest transaction has 256 inputs of 256 owners and 256 outputs', () => {
  const inputs = Array.from({ length: 256 }, (_, index) => ({
    outpoint: { id: bytes32('parent'), index },
    amount: 1n,
    owner: bytes32(`owner ${index}`),
  }));
  const outputs = inputs.map(({ amount, owner }) => ({ amount, owner }));
  const longest = withBody({ inputs, outputs });
  const encoded = encodeTransaction(longest);
  expect(encoded.length).toBe(MAX_TRANSACTION_BYTES);
  expect(decodeTransaction(encoded)).toEqual(longest);
  expect(() => encodeTransaction(withBody({ inputs: [...inputs, inputs[0]!], outputs }))).toThrow(outOfRange);
  expect(() => encodeTransaction(withBody({ inputs, outputs: [...outputs, outputs[0]!] }))).toThrow(outOfRange);
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['a byte too few', bytes.subarray(0, -1)],
  ['a byte too many', Uint8Array.of(...bytes, 0)],
  ['a kind that is not known', changed((copy) => copy.set([1], at.kind))],
  ['more inputs than there are', changed((copy) => copy.set([255], at.inputs))],
  ['more outputs than there are', changed((copy) => copy.set([255], at.outputs))],
  ['a witness too many', Uint8Array.of(...bytes, ...new Uint8Array(64))],
  ['a witness too few', bytes.subarray(0, -64)],
])('%s does not decode', (_, hostile) => {
  expect(() => decodeTransaction(hostile)).toThrow(malformed);
});

test('what is longer than any transaction is refused before it is copied', () => {
  const hostile = new Uint8Array(MAX_TRANSACTION_BYTES + 1);
  expect(() => decodeTransaction(hostile)).toThrow(/at most 45351 allowed/);
});

test('every length below the right one is refused', () => {
  for (let length = 0; length < bytes.length; length++) {
    expect(() => decodeTransaction(bytes.subarray(0, length))).toThrow(malformed);
  }
});

test('a Buffer decodes to plain byte arrays', () => {
  const { body } = decodeTransaction(Buffer.from(bytes));
  expect(Buffer.isBuffer(body.chain)).toBe(false);
  expect(body.chain).toEqual(transaction.body.chain);
});

const input = transaction.body.inputs[0]!;
const short = new Uint8Array(31);

test.each<[string, Transaction]>([
  ['no inputs', withBody({ inputs: [] })],
  ['no outputs', withBody({ outputs: [] })],
  ['a chain of 31 bytes', withBody({ chain: short })],
  ['another kind', withBody({ kind: 'mint' as 'transfer' })],
  ['an expiry above u32', withBody({ expiry: 2 ** 32 })],
  ['a fractional expiry', withBody({ expiry: 1.5 })],
  ['an id of 31 bytes', withBody({ inputs: [{ ...input, outpoint: { id: short, index: 0 } }] })],
  ['an index above u8', withBody({ inputs: [{ ...input, outpoint: { ...input.outpoint, index: 256 } }] })],
  ['a negative index', withBody({ inputs: [{ ...input, outpoint: { ...input.outpoint, index: -1 } }] })],
  ['an amount above u64', withBody({ outputs: [{ amount: 2n ** 64n, owner: owner(0) }] })],
  ['a negative amount', withBody({ outputs: [{ amount: -1n, owner: owner(0) }] })],
  ['an owner of 31 bytes', withBody({ outputs: [{ amount: 1n, owner: short }] })],
  ['a witness of 63 bytes', { ...transaction, witnesses: [new Uint8Array(63), new Uint8Array(64)] }],
  ['a witness too few', { ...transaction, witnesses: [new Uint8Array(64)] }],
  ['a witness too many', { ...transaction, witnesses: [1, 2, 3].map(() => new Uint8Array(64)) }],
])('%s has no encoding', (_, impossible) => {
  expect(() => encodeTransaction(impossible)).toThrow(outOfRange);
});

test('owners count once, in the order in which they first appear', () => {
  const inputs = [2, 0, 2, 1, 0].map((number) => ({ ...input, owner: owner(number) }));
  expect(inputOwners(inputs)).toEqual([owner(2), owner(0), owner(1)]);
  expect(inputOwners([...inputs, ...inputs])).toEqual([owner(2), owner(0), owner(1)]);
});
