import { expect, test } from 'vitest';
import { checkBody, MAX_AMOUNT, type RejectionCode, type TransactionBody } from '../src/index.ts';
import { bodyOf, bytes32, context, genesisInput, owner } from './fixtures.ts';

const good = bodyOf([0, 1]);
const input = genesisInput(0);
const repeat = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, i) => item(i));
const inputs = (count: number): TransactionBody['inputs'] =>
  repeat(count, (index) => ({ ...input, amount: 1n, outpoint: { id: bytes32(`${index >> 8}`), index: index & 255 } }));
const outputs = (count: number): TransactionBody['outputs'] => repeat(count, () => ({ amount: 1n, owner: owner(0) }));
const coins = (...amounts: bigint[]): TransactionBody['outputs'] =>
  amounts.map((amount) => ({ amount, owner: owner(0) }));
const spends = (...amounts: bigint[]): TransactionBody['inputs'] =>
  amounts.map((amount, index) => ({ outpoint: { id: bytes32('parent'), index }, amount, owner: owner(0) }));

test('the fee is what the inputs hold beyond the outputs', () => {
  expect(checkBody(good, context)).toEqual({ valid: true, fee: 3n });
  expect(checkBody(bodyOf([0], { outputs: coins(100n) }), context)).toEqual({ valid: true, fee: 0n });
});

test.each([5, 6, 7])('in epoch 5 a body may expire in %i', (expiry) => {
  expect(checkBody({ ...good, expiry }, context).valid).toBe(true);
});

test('256 inputs and 256 outputs are allowed, and the largest amount', () => {
  expect(checkBody({ ...good, inputs: inputs(256), outputs: outputs(256) }, context)).toEqual({ valid: true, fee: 0n });
  const largest = { ...good, inputs: spends(MAX_AMOUNT), outputs: coins(MAX_AMOUNT) };
  expect(checkBody(largest, context)).toEqual({ valid: true, fee: 0n });
});

test.each<[RejectionCode, string, Partial<TransactionBody>, object]>([
  ['wrong-chain', 'another chain', { chain: bytes32('other') }, { chain: bytes32('other') }],
  ['expired', 'the epoch before', { expiry: 4 }, { expiry: 4, epoch: 5 }],
  ['expiry-too-far', 'three epochs ahead', { expiry: 8 }, { expiry: 8, epoch: 5 }],
  ['count', 'no input', { inputs: [] }, { inputs: 0, outputs: 2 }],
  ['count', 'no output', { outputs: [] }, { inputs: 2, outputs: 0 }],
  ['count', '257 inputs', { inputs: inputs(257) }, { inputs: 257, outputs: 2 }],
  ['count', '257 outputs', { inputs: inputs(256), outputs: outputs(257) }, { inputs: 256, outputs: 257 }],
  ['amount', 'an output of 0', { outputs: coins(5n, 0n) }, { amount: 0n }],
  ['amount', 'an input of 0', { inputs: spends(0n, 50n), outputs: coins(1n) }, { amount: 0n }],
  ['amount', 'an output above u64', { outputs: coins(2n ** 64n) }, { amount: 2n ** 64n }],
  ['amount', 'a negative output', { outputs: coins(-1n) }, { amount: -1n }],
  ['sum-overflow', 'inputs above u64', { inputs: spends(MAX_AMOUNT, 1n) }, { sum: 2n ** 64n }],
  ['sum-overflow', 'outputs above u64', { outputs: coins(MAX_AMOUNT, 1n) }, { sum: 2n ** 64n }],
  ['duplicate-input', 'an outpoint twice', { inputs: [input, genesisInput(1), input] }, { outpoint: input.outpoint }],
  [
    'duplicate-input',
    'an outpoint twice among 256',
    { inputs: [...inputs(255), inputs(200)[199]!] },
    { outpoint: inputs(200)[199]!.outpoint },
  ],
  ['overspent', 'outputs above inputs', { outputs: coins(301n) }, { inputs: 300n, outputs: 301n }],
])('%s: %s', (code, _, changes, facts) => {
  expect(checkBody({ ...good, ...changes }, context)).toEqual({ valid: false, rejection: { code, ...facts } });
});
