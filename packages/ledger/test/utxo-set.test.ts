import { expect, test } from 'vitest';
import {
  createUtxoSet,
  type Delta,
  decodeOutPoint,
  decodeOutput,
  encodeOutPoint,
  encodeOutput,
  FEE_TABLE,
  genesisOutpoint,
  OUTPUT_TABLE,
  POT,
  type StateEntry,
} from '../src/index.ts';
import { allocation, bytes32, chainName, genesis, genesisSet, owner } from './fixtures.ts';

const malformed = expect.objectContaining({ name: 'LedgerError', code: 'malformed' });
const outOfRange = expect.objectContaining({ name: 'LedgerError', code: 'out-of-range' });
const wrongState = expect.objectContaining({ name: 'LedgerError', code: 'wrong-state' });

const eight = (amount: number): Uint8Array => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, amount);
const entries: StateEntry[] = genesis.map(({ table, key, new: value }) => ({ table, key, value: value! }));

test('a set knows its outputs by name, and their sum', () => {
  const set = genesisSet();
  expect(set.size()).toBe(8);
  expect(set.supply()).toBe(3600n);
  for (const [number, output] of allocation.entries()) {
    expect(set.get(genesisOutpoint(chainName, number))).toEqual(output);
  }
  expect(set.get({ ...genesisOutpoint(chainName, 0), index: 1 })).toBeUndefined();
  expect(set.get(genesisOutpoint(chainName, 8))).toBeUndefined();
});

test('an owner’s outputs and balance follow what comes and goes', () => {
  const set = genesisSet();
  const names = (): Uint8Array[] => set.outputsOf(owner(1)).map(({ outpoint }) => encodeOutPoint(outpoint));
  const [one, five] = [1, 5].map((number) => genesisOutpoint(chainName, number));
  const sorted = [one!, five!].map(encodeOutPoint).sort(Buffer.compare);
  expect(set.balance(owner(1))).toBe(800n);
  expect(names()).toEqual(sorted);
  expect(
    set
      .outputsOf(owner(1))
      .map(({ output }) => output.amount)
      .sort(),
  ).toEqual([200n, 600n]);
  const remove = (number: number): Delta => [
    {
      table: OUTPUT_TABLE,
      key: encodeOutPoint(genesisOutpoint(chainName, number)),
      old: encodeOutput(allocation[number]!),
      new: undefined,
    },
  ];
  set.apply(remove(1));
  expect([set.balance(owner(1)), set.countOf(owner(1)), names()]).toEqual([600n, 1, [encodeOutPoint(five!)]]);
  set.apply(remove(5));
  expect([set.balance(owner(1)), set.countOf(owner(1)), names(), set.size()]).toEqual([0n, 0, [], 6]);
  expect(set.balance(owner(7))).toBe(0n);
});

test('a set can be made from its entries in any order, and shares no memory with them', () => {
  const set = createUtxoSet([...entries].reverse());
  expect(set.entries()).toEqual(entries);
  const copy = entries.map(({ table, key, value }) => ({ table, key: key.slice(), value: value.slice() }));
  const other = createUtxoSet(copy);
  for (const { key, value } of copy) {
    key.fill(0xee);
    value.fill(0xee);
  }
  expect(other.entries()).toEqual(entries);
  expect(other.outputsOf(owner(2)).length).toBe(2);
});

test('an output may be replaced in place', () => {
  const set = genesisSet();
  const [{ table, key, value }] = entries as [StateEntry];
  const replacement = encodeOutput({ amount: 5n, owner: owner(8) });
  set.apply([{ table, key, old: value, new: replacement }]);
  expect(set.get(decodeOutPoint(key))).toEqual({ amount: 5n, owner: owner(8) });
  expect(set.balance(owner(8))).toBe(5n);
  expect(set.size()).toBe(8);
});

test('other tables are not the set’s business', () => {
  const set = genesisSet();
  set.apply([{ table: 3, key: Uint8Array.of(1), old: Uint8Array.of(1), new: Uint8Array.of(2) }]);
  expect(set.entries()).toEqual(entries);
});

const output = encodeOutput({ amount: 1n, owner: owner(1) });
const name = (index: number): Uint8Array => encodeOutPoint({ id: bytes32('x'), index });
const potKey = { table: FEE_TABLE, key: POT };

test.each<[string, object, Delta]>([
  ['an old output that is not there', wrongState, [{ table: 1, key: name(0), old: output, new: undefined }]],
  ['an output where one is', wrongState, [{ ...entries[0]!, old: undefined, new: output }]],
  [
    'another old amount',
    wrongState,
    [{ ...entries[0]!, old: encodeOutput({ ...allocation[0]!, amount: 7n }), new: undefined }],
  ],
  [
    'another old owner',
    wrongState,
    [{ ...entries[0]!, old: Uint8Array.of(...entries[0]!.value.subarray(0, 39), 0xaa), new: undefined }],
  ],
  ['an old fee that is not there', wrongState, [{ ...potKey, old: eight(1), new: undefined }]],
  ['a name of 32 bytes', malformed, [{ table: 1, key: bytes32('x'), old: undefined, new: output }]],
  ['an output of 39 bytes', malformed, [{ table: 1, key: name(0), old: undefined, new: output.subarray(1) }]],
  ['an output of nothing', malformed, [{ table: 1, key: name(0), old: undefined, new: new Uint8Array(40) }]],
  ['a beneficiary of 31 bytes', malformed, [{ table: 2, key: new Uint8Array(31), old: undefined, new: eight(1) }]],
  ['a fee of 7 bytes', malformed, [{ ...potKey, old: undefined, new: new Uint8Array(7) }]],
  ['a fee of nothing', malformed, [{ ...potKey, old: undefined, new: eight(0) }]],
  [
    'changes out of order',
    outOfRange,
    [
      { table: 1, key: name(1), old: undefined, new: output },
      { table: 1, key: name(0), old: undefined, new: output },
    ],
  ],
])('%s: refused, and nothing has changed', (_, error, delta) => {
  const set = genesisSet();
  const good = { table: 1, key: new Uint8Array(33), old: undefined, new: output };
  expect(() => set.apply([good, ...delta])).toThrow(error);
  expect(set.entries()).toEqual(entries);
  expect(set.supply()).toBe(3600n);
});

test('a set is asked about outpoints and owners only', () => {
  const set = genesisSet();
  const { id } = genesisOutpoint(chainName, 0);
  for (const index of [-1, 0.5, 256, 65_536]) expect(() => set.get({ id, index })).toThrow(outOfRange);
  expect(() => set.get({ id: Uint8Array.of(...id, 0), index: 0 })).toThrow(outOfRange);
  expect(() => set.outputsOf(owner(1), 10, { id, index: 256 })).toThrow(outOfRange);
  for (const owner of [new Uint8Array(31), new Uint8Array(33)]) {
    expect(() => set.balance(owner)).toThrow(outOfRange);
    expect(() => set.countOf(owner)).toThrow(outOfRange);
    expect(() => set.outputsOf(owner)).toThrow(outOfRange);
  }
});

test('an entry twice makes no set', () => {
  expect(() => createUtxoSet([...entries, entries[0]!])).toThrow(outOfRange);
});

test('fees come and go', () => {
  const set = createUtxoSet();
  set.apply([{ ...potKey, old: undefined, new: eight(9) }]);
  expect([set.accrued(POT), set.supply()]).toEqual([9n, 9n]);
  set.apply([{ ...potKey, old: eight(9), new: eight(4) }]);
  expect([set.accrued(POT), set.supply()]).toEqual([4n, 4n]);
  expect(() => set.apply([{ ...potKey, old: eight(9), new: undefined }])).toThrow(wrongState);
  set.apply([{ ...potKey, old: eight(4), new: undefined }]);
  expect([set.accrued(POT), set.supply(), set.entries()]).toEqual([0n, 0n, []]);
});

test.each([1n, 255n, 256n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n])(
  'an output of %d units comes back from its entry',
  (amount) => {
    const bytes = encodeOutput({ amount, owner: owner(0) });
    expect(BigInt(`0x${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`)).toBe(amount);
    expect(decodeOutput(bytes)).toEqual({ amount, owner: owner(0) });
  },
);

test('entries are made of what is in range only', () => {
  expect(() => encodeOutput({ amount: 0n, owner: owner(0) })).toThrow(outOfRange);
  expect(() => encodeOutput({ amount: 2n ** 64n, owner: owner(0) })).toThrow(outOfRange);
  expect(() => encodeOutput({ amount: 1n, owner: new Uint8Array(31) })).toThrow(outOfRange);
  expect(() => encodeOutPoint({ id: new Uint8Array(31), index: 0 })).toThrow(outOfRange);
  for (const index of [-1, 256, 0.5]) expect(() => encodeOutPoint({ id: bytes32(''), index })).toThrow(outOfRange);
  expect(() => decodeOutPoint(new Uint8Array(32))).toThrow(malformed);
  expect(() => decodeOutPoint(new Uint8Array(34))).toThrow(malformed);
  expect(() => decodeOutput(new Uint8Array(41))).toThrow(malformed);
});
