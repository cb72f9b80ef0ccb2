import { describe, expect, test } from 'vitest';
import { inclusionProof, merkleRoot, runProof, verifyRun } from '../src/merkle.ts';

const leavesOf = (size: number): Uint8Array[] => Array.from({ length: size }, (_, i) => Uint8Array.of(i, 1, size));

describe('runs of leaves (RFC 6962 trees)', () => {
  test('every run of every tree of up to 20 leaves verifies, and nothing near it', () => {
    for (let size = 1; size <= 20; size++) {
      const all = leavesOf(size);
      const root = merkleRoot(all);
      for (let index = 0; index < size; index++) {
        for (let count = 1; index + count <= size; count++) {
          const leaves = all.slice(index, index + count);
          const proof = runProof(all, index, count);
          const claim = { leaves, index, size, proof, root };
          expect(verifyRun(claim)).toBe(true);
          expect(verifyRun({ ...claim, proof: [...proof, root] })).toBe(false);
          expect(verifyRun({ ...claim, root: merkleRoot(leavesOf(21)) })).toBe(false);
          expect(verifyRun({ ...claim, leaves: [...leaves.slice(1), Uint8Array.of(9)] })).toBe(false);
          if (proof.length > 0) {
            expect(verifyRun({ ...claim, proof: proof.slice(1) })).toBe(false);
            expect(verifyRun({ ...claim, proof: [proof[0]!.slice(1), ...proof.slice(1)] })).toBe(false);
          }
          if (count > 1) expect(verifyRun({ ...claim, leaves: leaves.slice(1) })).toBe(false);
        }
        expect(runProof(all, index, 1)).toEqual(inclusionProof(all, index));
      }
    }
  });

  test('another place or another size is a wrong proof, where the path differs', () => {
    const all = leavesOf(12);
    const claim = { leaves: all.slice(4, 7), index: 4, size: 12, proof: runProof(all, 4, 3), root: merkleRoot(all) };
    for (const index of [-1, 0.5, 3, 5, 8, 10, Number.NaN]) expect(verifyRun({ ...claim, index })).toBe(false);
    for (const size of [0, 6, 7, 8, 20, Number.POSITIVE_INFINITY]) expect(verifyRun({ ...claim, size })).toBe(false);
    expect(verifyRun({ ...claim, leaves: [] })).toBe(false);
  });

  test('there is no proof of leaves that are not there', () => {
    for (const [index, count] of [
      [3, 1],
      [-1, 1],
      [0, 0],
      [0, 4],
      [2, 2],
    ] as const)
      expect(() => runProof(leavesOf(3), index, count)).toThrow(expect.objectContaining({ code: 'out-of-range' }));
  });
});
