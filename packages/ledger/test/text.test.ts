import { bech32, bech32m } from '@scure/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAddress, encodeAddress, formatIos, MAX_AMOUNT, parseIos, UNITS_PER_IOS } from '../src/index.ts';
import { owner } from './fixtures.ts';

const badAmount = expect.objectContaining({ name: 'LedgerError', code: 'bad-amount' });
const badAddress = expect.objectContaining({ name: 'LedgerError', code: 'bad-address' });

test.each([
  ['0', 0n],
  ['1', UNITS_PER_IOS],
  ['1.5', 150_000_000n],
  ['1.50', 150_000_000n],
  ['0.00000001', 1n],
  ['12.34567890', 1_234_567_890n],
  ['184467440737.09551615', MAX_AMOUNT],
])('%s IOS are %d units', (text, units) => {
  expect(parseIos(text)).toBe(units);
});

test.each([
  '',
  '.',
  '1.',
  '.5',
  '01',
  '00',
  '-1',
  '+1',
  '1e3',
  '0x1',
  '1,5',
  '1_000',
  ' 1',
  '1 ',
  '1\n',
  '1.123456789',
  '184467440737.09551616',
  '9999999999999',
  '٣',
  'NaN',
])('%j is no amount', (text) => {
  expect(() => parseIos(text)).toThrow(badAmount);
});

test('an amount is written in the shortest way that reads back', () => {
  expect([0n, 1n, UNITS_PER_IOS, 150_000_000n, MAX_AMOUNT].map(formatIos)).toEqual([
    '0',
    '0.00000001',
    '1',
    '1.5',
    '184467440737.09551615',
  ]);
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: MAX_AMOUNT }), (units) => parseIos(formatIos(units)) === units));
  expect(() => formatIos(-1n)).toThrow(badAmount);
  expect(() => formatIos(MAX_AMOUNT + 1n)).toThrow(badAmount);
});

test('an address is 62 characters and reads back', () => {
  const address = encodeAddress(owner(0));
  expect(address).toMatch(/^ios1[02-9ac-hj-np-z]{58}$/);
  expect(address.length).toBe(62);
  expect(decodeAddress(address)).toEqual(owner(0));
});

const address = encodeAddress(owner(0));
const words = bech32m.toWords(owner(0));

test.each([
  ['nothing', ''],
  ['upper case', address.toUpperCase()],
  ['mixed case', `I${address.slice(1)}`],
  ['a character changed', `${address.slice(0, 20)}${address[20] === 'q' ? 'p' : 'q'}${address.slice(21)}`],
  ['another prefix', bech32m.encode('iot', words)],
  ['bech32 of BIP-173', bech32.encode('ios', words)],
  ['31 bytes', bech32m.encode('ios', bech32m.toWords(new Uint8Array(31)))],
  ['33 bytes', bech32m.encode('ios', bech32m.toWords(new Uint8Array(33)))],
  ['padding that is not zero', bech32m.encode('ios', [...words.slice(0, -1), words.at(-1)! | 1])],
  ['a space behind', `${address} `],
])('%s is no address', (_, text) => {
  expect(() => decodeAddress(text)).toThrow(badAddress);
});

test.each([
  ['ios1xyz', 'an address has 62 characters, not 7'],
  [address.toUpperCase(), 'its characters or checksum are wrong'],
  [`${address.slice(0, -1)}${address.endsWith('q') ? 'p' : 'q'}`, 'its characters or checksum are wrong'],
  [bech32m.encode('ios', [...words.slice(0, -1), words.at(-1)! | 1]), 'its padding is not zero'],
])('%s is no address, and why', (text, why) => {
  expect(() => decodeAddress(text)).toThrow(expect.objectContaining({ code: 'bad-address', message: why }));
});

test('only 32 bytes have an address', () => {
  expect(() => encodeAddress(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'out-of-range' }));
});
