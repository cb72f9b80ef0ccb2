import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  consistencyProof,
  createHasher,
  inclusionProof,
  inclusionRoot,
  leafHash,
  merkleRoot,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from '../src/merkle.ts';
import consistencyVectors from './vectors/merkle-rfc6962-consistency.json' with { type: 'json' };
import inclusionVectors from './vectors/merkle-rfc6962-inclusion.json' with { type: 'json' };

const bytes = (base64: string | null | undefined): Uint8Array => Uint8Array.from(Buffer.from(base64 ?? '', 'base64'));
const leavesOf = (size: number): Uint8Array[] => Array.from({ length: size }, (_, i) => Uint8Array.of(i, i >> 8, 7));

describe('published vectors', () => {
  for (const { file, leafIdx: index, treeSize: size, root, leafHash, proof, wantErr } of inclusionVectors.cases) {
    test(file, () => {
      const path = (proof ?? []).map(bytes);
      const reached = inclusionRoot({ leafHash: bytes(leafHash), index, size, proof: path });
      const holds = reached !== undefined && Buffer.from(reached).equals(bytes(root));
      expect(holds).toBe(!wantErr);
    });
  }
  for (const { file, size1, size2, root1, root2, proof, wantErr } of consistencyVectors.cases) {
    test(file, () => {
      const path = (proof ?? []).map(bytes);
      const claim = { oldSize: size1, newSize: size2, oldRoot: bytes(root1), newRoot: bytes(root2), proof: path };
      expect(verifyConsistency(claim)).toBe(!wantErr);
    });
  }
  test('good and bad cases are both there', () => {
    for (const { cases } of [inclusionVectors, consistencyVectors]) {
      expect(cases.filter(({ wantErr }) => wantErr).length).toBeGreaterThan(30);
      expect(cases.some(({ wantErr }) => !wantErr)).toBe(true);
    }
  });
});

/** The definitions of RFC 6962, section 2.1, word for word. */
const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);
const MTH = (D: readonly Uint8Array[]): Uint8Array => {
  if (D.length === 0) return sha256(new Uint8Array(0));
  if (D.length === 1) return sha256(concatBytes(Uint8Array.of(0), D[0]!));
  const k = split(D.length);
  return sha256(concatBytes(Uint8Array.of(1), MTH(D.slice(0, k)), MTH(D.slice(k))));
};
const PATH = (m: number, D: readonly Uint8Array[]): Uint8Array[] => {
  if (D.length === 1) return [];
  const k = split(D.length);
  return m < k ? [...PATH(m, D.slice(0, k)), MTH(D.slice(k))] : [...PATH(m - k, D.slice(k)), MTH(D.slice(0, k))];
};
const SUBPROOF = (m: number, D: readonly Uint8Array[], b: boolean): Uint8Array[] => {
  if (m === D.length) return b ? [] : [MTH(D)];
  const k = split(D.length);
  return m <= k
    ? [...SUBPROOF(m, D.slice(0, k), b), MTH(D.slice(k))]
    : [...SUBPROOF(m - k, D.slice(k), false), MTH(D.slice(0, k))];
};

describe('against the recursive definitions of RFC 6962', () => {
  test('roots', () => {
    for (let n = 0; n <= 70; n++) expect(merkleRoot(leavesOf(n))).toEqual(MTH(leavesOf(n)));
  });
  test('every inclusion proof of every tree up to 33 leaves', () => {
    for (let size = 1; size <= 33; size++) {
      const leaves = leavesOf(size);
      const root = merkleRoot(leaves);
      leaves.forEach((leaf, index) => {
        const proof = inclusionProof(leaves, index);
        expect(proof).toEqual(PATH(index, leaves));
        expect(verifyInclusion({ leaf, index, size, proof, root })).toBe(true);
      });
    }
  });
  test('every consistency proof of every tree up to 33 leaves', () => {
    for (let newSize = 1; newSize <= 33; newSize++) {
      const leaves = leavesOf(newSize);
      const newRoot = merkleRoot(leaves);
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const proof = consistencyProof(leaves, oldSize);
        expect(proof).toEqual(SUBPROOF(oldSize, leaves, true));
        const oldRoot = merkleRoot(leaves.slice(0, oldSize));
        expect(verifyConsistency({ oldSize, newSize, oldRoot, newRoot, proof })).toBe(true);
      }
    }
  });
});

/** Every way to spoil a list of hashes a little. */
const spoiled = (proof: readonly Uint8Array[]): Uint8Array[][] => [
  [...proof, new Uint8Array(32)],
  [new Uint8Array(32), ...proof],
  ...proof.slice(-1).map((last) => [...proof, last, last]),
  ...proof.map((_, i) => proof.filter((_, j) => j !== i)),
  ...proof.map((_, i) =>
    proof.map((hash, j) => (i === j ? hash.map((byte, at) => (at === 31 ? byte ^ 1 : byte)) : hash)),
  ),
  ...proof.map((_, i) => proof.map((hash, j) => (i === j ? hash.slice(0, 31) : hash))),
  ...proof.map((_, i) => proof.map((hash, j) => (i === j ? concatBytes(hash, Uint8Array.of(0)) : hash))),
  ...proof.slice(1).map((_, i) => proof.map((hash, j) => (j === i ? proof[i + 1]! : j === i + 1 ? proof[i]! : hash))),
];

describe('wrong proofs', () => {
  test('of inclusion', () => {
    for (const size of [1, 2, 5, 7, 8, 11]) {
      const leaves = leavesOf(size);
      const root = merkleRoot(leaves);
      leaves.forEach((leaf, index) => {
        const claim = { leaf, index, size, proof: inclusionProof(leaves, index), root };
        for (const proof of spoiled(claim.proof)) expect(verifyInclusion({ ...claim, proof })).toBe(false);
        for (let other = 0; other < size; other++) {
          expect(verifyInclusion({ ...claim, index: other })).toBe(other === index);
        }
        for (const other of [-1, size, 0.5, Number.NaN, 2 ** 53]) {
          expect(verifyInclusion({ ...claim, index: other })).toBe(false);
          if (other !== size) expect(verifyInclusion({ ...claim, size: other })).toBe(false);
        }
        expect(verifyInclusion({ ...claim, size: size - 0.5 })).toBe(false);
        expect(verifyInclusion({ ...claim, leaf: concatBytes(leaf, leaf) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: root.slice(0, 31) })).toBe(false);
        expect(verifyInclusion({ ...claim, root: merkleRoot([]) })).toBe(false);
      });
    }
  });
  test('of consistency', () => {
    for (let newSize = 1; newSize <= 12; newSize++) {
      const leaves = leavesOf(newSize);
      const newRoot = merkleRoot(leaves);
      for (let oldSize = 1; oldSize <= newSize; oldSize++) {
        const oldRoot = merkleRoot(leaves.slice(0, oldSize));
        const claim = { oldSize, newSize, oldRoot, newRoot, proof: consistencyProof(leaves, oldSize) };
        for (const proof of spoiled(claim.proof)) expect(verifyConsistency({ ...claim, proof })).toBe(false);
        for (const other of [0, -1, newSize + 1, 0.5, Number.NaN]) {
          expect(verifyConsistency({ ...claim, oldSize: other })).toBe(false);
        }
        expect(verifyConsistency({ ...claim, newSize: newSize - 0.5 })).toBe(false);
        expect(verifyConsistency({ ...claim, oldSize: oldSize - 0.5 })).toBe(false);
        for (let other = 1; other <= newSize; other++) {
          const holds = verifyConsistency({ ...claim, oldSize: other });
          if (other !== oldSize) expect(holds).toBe(false);
        }
        if (oldSize === newSize) continue;
        expect(verifyConsistency({ ...claim, oldRoot: newRoot })).toBe(false);
        expect(verifyConsistency({ ...claim, newRoot: oldRoot })).toBe(false);
        const forked = merkleRoot([Uint8Array.of(99), ...leaves.slice(1, oldSize)]);
        expect(verifyConsistency({ ...claim, oldRoot: forked })).toBe(false);
      }
    }
  });
});

test('a sibling that is not a hash is refused before it is hashed', () => {
  const leaves = leavesOf(6);
  const oldRoot = merkleRoot(leaves.slice(0, 4));
  const hashed: number[] = [];
  const recording = createHasher((input) => {
    hashed.push(input.length);
    return sha256(input);
  });
  for (const proof of [[new Uint8Array(31)], [new Uint8Array(1_000_000)]]) {
    expect(inclusionRoot({ leafHash: leafHash(leaves[0]!), index: 0, size: 2, proof }, recording)).toBeUndefined();
    const claim = { oldSize: 4, newSize: 6, oldRoot, newRoot: merkleRoot(leaves), proof };
    expect(verifyConsistency(claim, recording)).toBe(false);
  }
  expect(hashed).toEqual([]);
});

test('an inner node does not pass as a leaf', () => {
  const leaves = leavesOf(4);
  const [left, right] = [leaves.slice(0, 2), leaves.slice(2)].map((pair) => pair.map((leaf) => leafHash(leaf)));
  const posing = concatBytes(...left!);
  const proof = [nodeHash(right![0]!, right![1]!)];
  expect(verifyInclusion({ leaf: posing, index: 0, size: 2, proof, root: merkleRoot(leaves) })).toBe(false);
  expect(merkleRoot([posing, concatBytes(...right!)])).not.toEqual(merkleRoot(leaves));
});

test('a root does not say how many leaves it covers: the size must come with it', () => {
  const leaves = leavesOf(4);
  const claim = { leaf: leaves[3]!, proof: inclusionProof(leaves, 3), root: merkleRoot(leaves) };
  expect(verifyInclusion({ ...claim, index: 3, size: 4 })).toBe(true);
  expect(verifyInclusion({ ...claim, index: 5, size: 6 })).toBe(true);
});

test('proofs for leaves that are not there are refused', () => {
  const refused = expect.objectContaining({ name: 'CryptoError', code: 'out-of-range' });
  for (const index of [-1, 3, 0.5, Number.NaN]) expect(() => inclusionProof(leavesOf(3), index)).toThrow(refused);
  expect(() => inclusionProof([], 0)).toThrow(refused);
  for (const size of [-1, 0, 4, 1.5]) expect(() => consistencyProof(leavesOf(3), size)).toThrow(refused);
});

test('the cost is linear in the number of leaves', () => {
  const leaves = leavesOf(5000);
  let hashes = 0;
  const counting = {
    sha256: (input: Uint8Array) => {
      hashes++;
      return sha256(input);
    },
    merkleRoot,
  };
  inclusionProof(leaves, 1234, counting);
  expect(hashes).toBeLessThan(10_000);
  consistencyProof(leaves, 3333, counting);
  expect(hashes).toBeLessThan(20_000);
});
