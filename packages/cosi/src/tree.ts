/**
 * Who passes messages on to whom: a complete tree over the indices 0 to n - 1, filled level by level from the coordinator
 * on. It is a function of these three numbers alone, so that everybody computes the same one.
 */
export interface Tree {
  /** How many cosigners there are, 1 to 65 536. */
  readonly n: number;
  /** Index of the coordinator. */
  readonly root: number;
  /** How many children a node has at most, from 1; n - 1 or more of them make a star. */
  readonly branching: number;
}

/** The number of `index` in the order in which the tree is filled; 0 is the root. */
const placeOf = ({ n, root }: Tree, index: number): number => (index - root + n) % n;

const indexAt = ({ n, root }: Tree, place: number): number => (place + root) % n;

/** The parent of `index`, or undefined for the root. */
export const parentOf = (tree: Tree, index: number): number | undefined => {
  const place = placeOf(tree, index);
  return place === 0 ? undefined : indexAt(tree, Math.floor((place - 1) / tree.branching));
};

/** The children of `index`, in the order of the tree. */
export const childrenOf = (tree: Tree, index: number): readonly number[] => {
  const first = placeOf(tree, index) * tree.branching + 1;
  const children: number[] = [];
  for (let place = first; place < Math.min(first + tree.branching, tree.n); place++)
    children.push(indexAt(tree, place));
  return children;
};

/** The child of `above` through which `index` is reached; undefined where `index` is not below it. */
export const branchOf = (tree: Tree, above: number, index: number): number | undefined => {
  const top = placeOf(tree, above);
  let place = placeOf(tree, index);
  while (place > top) {
    const parent = Math.floor((place - 1) / tree.branching);
    if (parent === top) return indexAt(tree, place);
    place = parent;
  }
  return undefined;
};

/** How many levels lie beneath `index`; 0 for a leaf. */
export const heightOf = (tree: Tree, index: number): number => {
  let height = -1;
  for (let place = placeOf(tree, index); place < tree.n; place = place * tree.branching + 1) height++;
  return height;
};

/** How many nodes the subtree of `index` has, itself included. */
export const sizeOf = (tree: Tree, index: number): number => {
  let first = placeOf(tree, index);
  let last = first;
  let size = 0;
  while (first < tree.n) {
    size += Math.min(last, tree.n - 1) - first + 1;
    first = first * tree.branching + 1;
    last = last * tree.branching + tree.branching;
  }
  return size;
};
