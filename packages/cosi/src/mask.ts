import { assertInteger } from './errors.ts';

/**
 * The mask with the bits of `indices` set, for a roster of `n`: ceil(n / 8) bytes, member i is bit i mod 8 (the least
 * significant first) of byte floor(i / 8).
 * @throws CosiError `out-of-range` for an index that is not from 0 to n - 1
 */
export const maskOf = (indices: readonly number[], n: number): Uint8Array => {
  const mask = new Uint8Array(Math.ceil(n / 8));
  for (const index of indices) {
    assertInteger(index, 0, n - 1, 'index');
    mask[index >> 3]! |= 1 << (index & 7);
  }
  return mask;
};

/** The indices in a mask, ascending, or undefined where its length or a surplus bit does not fit a roster of `n`. */
export const indicesOf = (mask: Uint8Array, n: number): number[] | undefined => {
  if (mask.length !== Math.ceil(n / 8)) return undefined;
  const indices: number[] = [];
  for (let index = 0; index < mask.length * 8; index++) {
    if (((mask[index >> 3]! >> (index & 7)) & 1) === 0) continue;
    if (index >= n) return undefined;
    indices.push(index);
  }
  return indices;
};
