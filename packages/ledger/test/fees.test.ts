import { expect, test } from 'vitest';
import {
  applyBlock,
  applyTransactions,
  assembleBlock,
  type Block,
  createUtxoSet,
  FEE_TABLE,
  feeDelta,
  POT,
  type StateEntry,
  undo,
} from '../src/index.ts';
import { bodyOf, bytes32, chain, context, genesisSet, owner, position, unsigned } from './fixtures.ts';

const fee = (key: Uint8Array, amount: number): StateEntry => ({
  table: FEE_TABLE,
  key,
  value: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, amount),
});

/** The fee table after a delta: the pot, then each owner. */
function after(entries: StateEntry[], beneficiaries: Uint8Array[], fees: bigint, owners: Uint8Array[]): bigint[] {
  const set = createUtxoSet(entries);
  set.apply(feeDelta(set, beneficiaries, fees));
  return [POT, ...owners].map((key) => set.accrued(key));
}

const [a, b, c] = [owner(1), owner(2), owner(3)];

test('the pot is shared out, its remainder stays, then the new fees go in', () => {
  expect(after([fee(POT, 11)], [a, b, c], 5n, [a, b, c])).toEqual([7n, 3n, 3n, 3n]);
});

test('shares add to what was accrued; an owner named twice gets two', () => {
  expect(after([fee(POT, 10), fee(a, 4)], [b, a, a], 0n, [a, b])).toEqual([1n, 10n, 3n]);
});

test('a pot that is too small for shares, or that nobody shares, stays whole', () => {
  expect(after([fee(POT, 2)], [a, b, c], 9n, [a])).toEqual([11n, 0n]);
  expect(after([fee(POT, 2)], [], 9n, [])).toEqual([11n]);
});

test('an entry of nothing is no entry', () => {
  const set = createUtxoSet([fee(POT, 4)]);
  set.apply(feeDelta(set, [a, b], 0n));
  expect(set.entries()).toEqual([fee(a, 2), fee(b, 2)].sort((x, y) => Buffer.compare(x.key, y.key)));
  expect(feeDelta(createUtxoSet(), [a], 0n)).toEqual([]);
});

test('the pot is nobody’s key, and only 32 bytes are a key', () => {
  const set = createUtxoSet([fee(POT, 4)]);
  for (const key of [POT, new Uint8Array(31), new Uint8Array(33)]) {
    expect(() => feeDelta(set, [a, key], 0n)).toThrow(
      expect.objectContaining({ name: 'LedgerError', code: 'out-of-range' }),
    );
  }
});

const blockOf = (numbers: number[]): Block =>
  assembleBlock(
    position,
    new Uint8Array(3),
    numbers.map((number) => unsigned(bodyOf([number]))),
  );

test('a block shares out the pot of the blocks before it, not its own fees', () => {
  const set = genesisSet();
  const supply = set.supply();
  const first = applyBlock(set, blockOf([0, 1]), context, [a, b]);
  if (!first.valid) throw new Error(first.rejection.code);
  expect(first.fees).toBe(6n);
  set.apply(first.delta);
  expect([POT, a, b].map((key) => set.accrued(key))).toEqual([6n, 0n, 0n]);
  const second = applyBlock(set, blockOf([2]), context, [a, b, c, b]);
  if (!second.valid) throw new Error(second.rejection.code);
  set.apply(second.delta);
  expect([POT, a, b, c].map((key) => set.accrued(key))).toEqual([5n, 1n, 2n, 1n]);
  expect(set.supply()).toBe(supply);
  set.apply(undo(second.delta));
  set.apply(undo(first.delta));
  expect(set.entries()).toEqual(genesisSet().entries());
});

test('the delta of a block is that of its transactions, and the fees behind it', () => {
  const set = genesisSet();
  const block = blockOf([0]);
  const alone = applyTransactions(set, block.transactions, context);
  const whole = applyBlock(set, block, context, [a]);
  if (!alone.valid || !whole.valid) throw new Error('not valid');
  const pot = { table: FEE_TABLE, key: POT, old: undefined, new: fee(POT, 3).value };
  expect(whole.delta).toEqual([...alone.delta, pot]);
});

test('a block for another chain or epoch, or with a bad transaction, is refused', () => {
  const set = genesisSet();
  const block = blockOf([0]);
  const refused = (header: object, expected: object): void =>
    expect(applyBlock(set, { ...block, header: { ...block.header, ...header } }, context, [])).toEqual({
      valid: false,
      ...expected,
    });
  refused({ chain: bytes32('other') }, { rejection: { code: 'wrong-header', field: 'chain' } });
  refused({ epoch: 6 }, { rejection: { code: 'wrong-header', field: 'epoch' } });
  const expired = assembleBlock(position, new Uint8Array(0), [
    unsigned(bodyOf([0])),
    unsigned(bodyOf([1], { chain, expiry: 2 })),
  ]);
  expect(applyBlock(set, expired, context, [])).toEqual({
    valid: false,
    index: 1,
    rejection: { code: 'expired', expiry: 2, epoch: 5 },
  });
});
