/**
 * One permutation from one seed, without bias, the same for everybody.
 * @module
 */
import { numberToBytesBE } from '@noble/curves/utils.js';
import { assertInteger } from './error.ts';
import { type Xof, xof } from './transcript.ts';

export { CryptoError, type CryptoErrorCode } from './error.ts';

/** The most items that {@link permutation} orders: 2^24. */
export const MAX_ITEMS: number = 2 ** 24;

/**
 * A permutation of 0 … n - 1, uniform over all n! for a uniform seed: Fisher–Yates (Durstenfeld 1964), its draws from an
 * XOF over tag, seed and n, by rejection sampling.
 *
 * 1. order = [0, …, n - 1]; stream = XOF(tag, seed, u32(n)). 2. For i = n - 1 down to 1: draw u32 big-endian words until one
 * is below the largest multiple of i + 1 that is at most 2^32; j = word mod (i + 1); exchange order[i] and order[j].
 * @param seed - any length; its entropy is the permutation's
 * @param tag - purpose, as in `taggedHash` of `@ios/crypto/transcript`: one for each use of one seed
 * @param n - number of items, 0 to 2^24
 * @returns at place k, the item that comes k-th
 * @throws CryptoError `bad-tag` or `out-of-range`
 */
export const permutation = (seed: Uint8Array, tag: string, n: number): number[] => {
  assertInteger(n, 0, MAX_ITEMS, 'number of items');
  const stream = xof(tag, seed, numberToBytesBE(n, 4));
  const order = Array.from({ length: n }, (_, item) => item);
  for (let i = n - 1; i >= 1; i--) {
    const j = below(stream, i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
};

/** A uniform integer from 0 to `bound - 1`, for bounds up to 2^32. */
const below = (stream: Xof, bound: number): number => {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const bytes = stream.read(4);
    const word = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    if (word < limit) return word % bound;
  }
};
