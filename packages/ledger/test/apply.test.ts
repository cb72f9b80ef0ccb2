import { expect, test } from 'vitest';
import {
  applyBody,
  applyTransactions,
  checkStructure,
  createOverlay,
  createUtxoSet,
  encodeOutPoint,
  encodeOutput,
  LedgerError,
  type Rejection,
  spend,
  type TransactionBody,
  transactionId,
} from '../src/index.ts';
import { allocation, bodyOf, bytes32, context, genesisInput, genesisSet, owner, unsigned } from './fixtures.ts';

const set = genesisSet();
const parent = bodyOf([0, 1]);
const parentId = transactionId(parent);
/** Spends the first output of `parent`. */
const child = bodyOf([0], {
  inputs: [{ outpoint: { id: parentId, index: 0 }, ...parent.outputs[0]! }],
  outputs: [{ amount: 38n, owner: owner(3) }],
});

const rejection = (bodies: TransactionBody[]): [number, Rejection] | undefined => {
  const result = applyTransactions(set, bodies.map(unsigned), context);
  return result.valid ? undefined : [result.index, result.rejection];
};

test('the delta takes the inputs out and puts the outputs in, by ascending outpoint', () => {
  const result = applyTransactions(set, [unsigned(parent)], context);
  if (!result.valid) throw new Error(result.rejection.code);
  expect(result.fees).toBe(3n);
  expect(result.results).toEqual([{ id: parentId, fee: 3n }]);
  const expected = [
    ...[0, 1].map((number) => ({
      key: encodeOutPoint(genesisInput(number).outpoint),
      old: encodeOutput(allocation[number]!),
      new: undefined,
    })),
    ...parent.outputs.map((output, index) => ({
      key: encodeOutPoint({ id: parentId, index }),
      old: undefined,
      new: encodeOutput(output),
    })),
  ];
  expected.sort((a, b) => Buffer.compare(a.key, b.key));
  expect(result.delta).toEqual(expected.map((change) => ({ table: 1, ...change })));
});

test('a child may spend what its parent, earlier in the block, makes; the two leave only their net effect', () => {
  const result = applyTransactions(set, [unsigned(parent), unsigned(child)], context);
  if (!result.valid) throw new Error(result.rejection.code);
  expect(result.fees).toBe(5n);
  expect(result.delta.length).toBe(4);
  const between = encodeOutPoint({ id: parentId, index: 0 });
  expect(result.delta.some(({ key }) => Buffer.compare(key, between) === 0)).toBe(false);
});

test('a child before its parent lacks its input', () => {
  expect(rejection([child, parent])).toEqual([0, { code: 'missing-input', outpoint: { id: parentId, index: 0 } }]);
});

test('of two that spend one output the second is a double spend', () => {
  expect(rejection([parent, bodyOf([2]), bodyOf([3, 1])])).toEqual([
    2,
    { code: 'double-spend', outpoint: genesisInput(1).outpoint },
  ]);
  expect(rejection([parent, parent])).toEqual([1, { code: 'double-spend', outpoint: genesisInput(0).outpoint }]);
});

test('an output that a block made and spent again cannot be spent once more', () => {
  const again = { ...child, outputs: [{ amount: 37n, owner: owner(3) }] };
  expect(rejection([parent, child, again])).toEqual([
    2,
    { code: 'double-spend', outpoint: { id: parentId, index: 0 } },
  ]);
});

test('an input states the amount and the owner that are there', () => {
  const [first, ...rest] = parent.inputs;
  const found = allocation[0];
  for (const lie of [{ amount: first!.amount + 1n }, { owner: owner(1) }]) {
    const body = { ...parent, inputs: [{ ...first!, ...lie }, ...rest] };
    expect(rejection([body])).toEqual([0, { code: 'false-statement', outpoint: first!.outpoint, found }]);
    expect(checkStructure(body, set, context)).toEqual({
      valid: false,
      rejection: { code: 'false-statement', outpoint: first!.outpoint, found },
    });
  }
});

test('structure alone: valid over the set, missing where nothing is, the rules for bodies included', () => {
  expect(checkStructure(parent, set, context)).toEqual({ valid: true, fee: 3n });
  expect(checkStructure(parent, createUtxoSet(), context)).toEqual({
    valid: false,
    rejection: { code: 'missing-input', outpoint: genesisInput(0).outpoint },
  });
  expect(checkStructure({ ...parent, expiry: 1 }, set, context)).toMatchObject({ rejection: { code: 'expired' } });
  const both = { ...child, expiry: 1 };
  expect(checkStructure(both, set, context)).toMatchObject({ rejection: { code: 'expired' } });
  expect(rejection([{ ...parent, expiry: 1 }])).toMatchObject([0, { code: 'expired' }]);
});

test('over an overlay, structure names a double spend, through a second overlay too', () => {
  const below = createOverlay(set);
  expect(applyBody(below, parent, context)).toEqual({ valid: true, id: parentId, fee: 3n });
  for (const view of [below, createOverlay(below)]) {
    expect(checkStructure(parent, view, context)).toMatchObject({ rejection: { code: 'double-spend' } });
    expect(checkStructure(child, view, context)).toEqual({ valid: true, fee: 2n });
  }
});

test('a rejected transaction leaves the overlay as it was', () => {
  const overlay = createOverlay(set);
  applyBody(overlay, bodyOf([2]), context);
  const before = overlay.delta();
  expect(applyBody(overlay, bodyOf([3, 2]), context)).toMatchObject({ rejection: { code: 'double-spend' } });
  expect(overlay.delta()).toEqual(before);
  expect(applyBody(overlay, bodyOf([3]), context).valid).toBe(true);
});

test('nothing is written through a view', () => {
  const before = set.entries();
  applyTransactions(set, [unsigned(parent), unsigned(child)], context);
  expect(set.entries()).toEqual(before);
});

test('an overlay spends only what is there and creates only what is new', () => {
  const overlay = createOverlay(set);
  const name = { id: bytes32('new'), index: 7 };
  const wrongState = expect.objectContaining({ name: 'LedgerError', code: 'wrong-state' });
  overlay.create(name, allocation[0]!);
  expect(overlay.get(name)).toEqual(allocation[0]);
  expect(() => overlay.create(name, allocation[0]!)).toThrow(wrongState);
  spend(overlay.slot(name));
  expect(overlay.get(name)).toBeUndefined();
  expect(overlay.spent?.(name)).toBe(true);
  expect(() => spend(overlay.slot(name))).toThrow(wrongState);
  expect(() => overlay.create(name, allocation[0]!)).toThrow(LedgerError);
  expect(overlay.delta()).toEqual([]);
});
