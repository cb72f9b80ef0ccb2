import fc from 'fast-check';
import { expect, test } from 'vitest';
import { branchOf, childrenOf, heightOf, parentOf, sizeOf, type Tree } from '../src/index.ts';

const tree: fc.Arbitrary<Tree> = fc
  .record({ n: fc.integer({ min: 1, max: 60 }), branching: fc.integer({ min: 1, max: 70 }), root: fc.nat(59) })
  .map(({ n, branching, root }) => ({ n, branching, root: root % n }));

test('everybody but the root has one parent, whose child it is', () => {
  fc.assert(
    fc.property(tree, (shape) => {
      const indices = [...Array(shape.n).keys()];
      expect(indices.filter((index) => parentOf(shape, index) === undefined)).toEqual([shape.root]);
      const children = indices.flatMap((index) => childrenOf(shape, index).map((child) => [child, index] as const));
      expect(children).toHaveLength(shape.n - 1);
      for (const [child, index] of children) expect(parentOf(shape, child)).toBe(index);
      for (const index of indices) expect(childrenOf(shape, index).length).toBeLessThanOrEqual(shape.branching);
    }),
  );
});

test('sizes, heights and branches are those of the subtrees', () => {
  const sizeBelow = (shape: Tree, index: number): number =>
    childrenOf(shape, index).reduce((sum, child) => sum + sizeBelow(shape, child), 1);
  const heightBelow = (shape: Tree, index: number): number =>
    Math.max(0, ...childrenOf(shape, index).map((child) => 1 + heightBelow(shape, child)));
  const isBelow = (shape: Tree, index: number, above: number): boolean => {
    const parent = parentOf(shape, index);
    return index === above || (parent !== undefined && isBelow(shape, parent, above));
  };
  fc.assert(
    fc.property(tree, fc.nat(59), fc.nat(59), (shape, a, b) => {
      const [above, index] = [a % shape.n, b % shape.n];
      expect(sizeOf(shape, above)).toBe(sizeBelow(shape, above));
      expect(heightOf(shape, above)).toBe(heightBelow(shape, above));
      const branch = childrenOf(shape, above).find((child) => isBelow(shape, index, child));
      expect(branchOf(shape, above, index)).toBe(branch);
    }),
  );
});

test('as many branches as others make a star', () => {
  expect(childrenOf({ n: 5, root: 2, branching: 4 }, 2)).toEqual([3, 4, 0, 1]);
  expect(heightOf({ n: 5, root: 2, branching: 4 }, 2)).toBe(1);
});
