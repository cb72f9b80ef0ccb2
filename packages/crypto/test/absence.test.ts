import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absenceProof, compareBytes, inclusionProof, merkleRoot, verifyAbsence } from '../src/merkle.ts';

const keys = [[], [1], [1, 0], [1, 5], [2], [4], [255]].map((key) => Uint8Array.from(key));
const root = merkleRoot(keys);
const size = keys.length;
const absent = [[0], [0, 255], [1, 0, 0], [1, 1], [1, 255], [3], [5], [255, 0]].map((key) => Uint8Array.from(key));
const refused = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

describe('proofs of absence', () => {
  test('hold at the edges and between', () => {
    for (const key of absent) {
      expect(verifyAbsence({ key, size, root, proof: absenceProof(keys, key) })).toBe(true);
    }
    const some = keys.slice(1);
    const key = new Uint8Array(0);
    const proof = absenceProof(some, key);
    expect(proof.left).toBeUndefined();
    expect(verifyAbsence({ key, size: some.length, root: merkleRoot(some), proof })).toBe(true);
  });

  test('hold for everything over no leaves, and only there', () => {
    const proof = absenceProof([], Uint8Array.of(1));
    expect(proof).toEqual({ index: 0 });
    const claim = { key: Uint8Array.of(1), size: 0, root: merkleRoot([]), proof };
    expect(verifyAbsence(claim)).toBe(true);
    expect(verifyAbsence({ ...claim, root })).toBe(false);
    expect(verifyAbsence({ ...claim, size, root })).toBe(false);
    const idle = { left: { leaf: keys[0]!, proof: [] }, right: { leaf: keys[1]!, proof: [] } };
    for (const index of [-1, 0.5, 1, Number.NaN])
      expect(verifyAbsence({ ...claim, proof: { index, ...idle } })).toBe(false);
  });

  test('do not exist for a key that is there', () => {
    for (const key of keys) {
      expect(() => absenceProof(keys, key)).toThrow(refused('present'));
      for (const other of absent) {
        expect(verifyAbsence({ key, size, root, proof: absenceProof(keys, other) })).toBe(false);
      }
    }
  });

  test('do not exist over leaves that do not ascend', () => {
    for (const leaves of [
      [keys[2]!, keys[1]!],
      [keys[1]!, keys[1]!],
    ]) {
      expect(() => absenceProof(leaves, Uint8Array.of(9))).toThrow(refused('not-sorted'));
    }
    expect(() => absenceProof(keys, Uint8Array.of(9), () => undefined)).toThrow(refused('not-sorted'));
  });
});

describe('wrong proofs of absence', () => {
  const key = Uint8Array.of(3);
  const claim = { key, size, root, proof: absenceProof(keys, key) };
  const neighbour = (at: number) => ({ leaf: keys[at]!, proof: inclusionProof(keys, at) });
  const { left, right } = claim.proof as Required<typeof claim.proof>;

  test('neighbours that are not adjacent', () => {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        for (let index = 0; index <= size; index++) {
          const proof = { index, left: neighbour(a), right: neighbour(b) };
          const honest = index === 5 && a === 4 && b === 5;
          expect(verifyAbsence({ ...claim, proof })).toBe(honest);
        }
      }
    }
  });

  test('a neighbour missing where the tree has one', () => {
    expect(verifyAbsence({ ...claim, proof: { index: 5, left } })).toBe(false);
    expect(verifyAbsence({ ...claim, proof: { index: 5, right } })).toBe(false);
    expect(verifyAbsence({ ...claim, proof: { index: 5 } })).toBe(false);
    expect(verifyAbsence({ ...claim, proof: { index: 0, right: neighbour(0) } })).toBe(false);
    expect(verifyAbsence({ ...claim, proof: { index: size, left: neighbour(size - 1) } })).toBe(false);
  });

  test('a key present as one of the neighbours', () => {
    expect(verifyAbsence({ ...claim, key: keys[4]! })).toBe(false);
    expect(verifyAbsence({ ...claim, key: keys[5]! })).toBe(false);
  });

  test('leaves, paths and numbers that are not those of the tree', () => {
    const proofs = [
      { ...claim.proof, left: { ...left, leaf: Uint8Array.of(2, 1) } },
      { ...claim.proof, right: { ...right, leaf: Uint8Array.of(3, 9) } },
      { ...claim.proof, left: { ...left, proof: left.proof.slice(1) } },
      { ...claim.proof, right: { ...right, proof: [...right.proof, new Uint8Array(32)] } },
      { ...claim.proof, left: right, right: left },
      ...[-1, 4, 6, 0.5, Number.NaN, size + 1].map((index) => ({ ...claim.proof, index })),
    ];
    for (const proof of proofs) expect(verifyAbsence({ ...claim, proof })).toBe(false);
    for (const other of [0, 5, -1, 0.5, Number.NaN]) expect(verifyAbsence({ ...claim, size: other })).toBe(false);
    expect(verifyAbsence({ ...claim, root: merkleRoot(keys.slice(1)) })).toBe(false);
  });

  test('a leaf that has no key', () => {
    expect(verifyAbsence(claim, () => undefined)).toBe(false);
  });
});

test('keys inside longer leaves', () => {
  const leaves = [1, 3, 5].map((key) => Uint8Array.of(key, 100 - key, 7));
  const keyOf = (leaf: Uint8Array) => (leaf.length === 3 ? leaf.subarray(0, 1) : undefined);
  const key = Uint8Array.of(4);
  const proof = absenceProof(leaves, key, keyOf);
  expect(verifyAbsence({ key, size: 3, root: merkleRoot(leaves), proof }, keyOf)).toBe(true);
  expect(() => absenceProof(leaves, Uint8Array.of(3), keyOf)).toThrow(refused('present'));
});

const key = fc.uint8Array({ maxLength: 4, max: 3 });

test('property: a key is either there or provably not, never both', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { selector: String, maxLength: 12 }), key, (unsorted, target) => {
      const leaves = unsorted.sort(compareBytes);
      const there = leaves.some((leaf) => String(leaf) === String(target));
      if (there) return void expect(() => absenceProof(leaves, target)).toThrow(refused('present'));
      const proof = absenceProof(leaves, target);
      expect(verifyAbsence({ key: target, size: leaves.length, root: merkleRoot(leaves), proof })).toBe(true);
      for (const present of leaves) {
        expect(verifyAbsence({ key: present, size: leaves.length, root: merkleRoot(leaves), proof })).toBe(false);
      }
    }),
  );
});

test('property: the order of keys is that of their bytes as strings', () => {
  const spell = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 5 }), (a, b) => {
      const expected = spell(a) < spell(b) ? -1 : spell(a) > spell(b) ? 1 : 0;
      expect(Math.sign(compareBytes(a, b))).toBe(expected);
    }),
  );
});
