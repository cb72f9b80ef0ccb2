import { taggedHash } from '@ios/crypto/transcript';
import { expect, test } from 'vitest';
import { createUtxoSet, genesisDelta, genesisOutpoint, MAX_AMOUNT } from '../src/index.ts';
import { allocation, bytes32, chainName, owner } from './fixtures.ts';

const outOfRange = expect.objectContaining({ name: 'LedgerError', code: 'out-of-range' });

test('each output of genesis has a name of its own, which depends on the chain name and its number', () => {
  expect(genesisOutpoint(chainName, 0x01020304)).toEqual({
    id: taggedHash('ios/ledger/v1/genesis-output', chainName, Uint8Array.of(1, 2, 3, 4)),
    index: 0,
  });
  expect(genesisOutpoint(bytes32('other'), 0)).not.toEqual(genesisOutpoint(chainName, 0));
});

test('the delta of genesis inserts all outputs into an empty state', () => {
  const set = createUtxoSet();
  set.apply(genesisDelta(allocation, chainName));
  expect(allocation.map((_, number) => set.get(genesisOutpoint(chainName, number)))).toEqual(allocation);
  expect(genesisDelta([], chainName)).toEqual([]);
});

test('a genesis that is out of range is refused', () => {
  const coin = { amount: 1n, owner: owner(0) };
  expect(() => genesisDelta([{ ...coin, amount: MAX_AMOUNT }, coin], chainName)).toThrow(/supply/);
  expect(() => genesisDelta([{ ...coin, amount: 0n }], chainName)).toThrow(outOfRange);
  expect(() => genesisDelta([{ ...coin, owner: new Uint8Array(31) }], chainName)).toThrow(outOfRange);
  expect(() => genesisDelta([coin], new Uint8Array(31))).toThrow(outOfRange);
  for (const number of [-1, 0.5, 2 ** 32]) expect(() => genesisOutpoint(chainName, number)).toThrow(outOfRange);
});
