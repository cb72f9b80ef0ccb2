import { assertInteger, CosiError } from './errors.ts';
import { indicesOf } from './mask.ts';

/** Who must have signed for a signature to count: apart from the mathematics, which only says who did. */
export interface Policy {
  /**
   * Whether the cosigners of a mask suffice in a roster of `n`. Never throws: a mask that does not fit, or a roster for which
   * the policy was not made, does not suffice.
   */
  accepts(mask: Uint8Array, n: number): boolean;
}

/**
 * At least k cosigners, any of them.
 * @param k - from 1
 * @throws CosiError `out-of-range`
 */
export const quorum = (k: number): Policy => {
  assertInteger(k, 1, Number.MAX_SAFE_INTEGER, 'quorum');
  return policy((present) => present.length >= k);
};

/**
 * Cosigners whose weights sum to the threshold at least.
 * @param weights - one for each cosigner, by index, none negative
 * @param threshold - from 1
 * @throws CosiError `out-of-range`
 */
export const weighted = (weights: readonly bigint[], threshold: bigint): Policy => {
  const own = [...weights];
  if (threshold < 1n || own.some((weight) => weight < 0n)) {
    throw new CosiError('out-of-range', 'weights are not negative, and a threshold is positive');
  }
  return policy((present, n) => n === own.length && present.reduce((sum, index) => sum + own[index]!, 0n) >= threshold);
};

/**
 * These cosigners, whoever else.
 * @param indices - each from 0; one that the roster does not have is never there
 * @throws CosiError `out-of-range`
 */
export const mustInclude = (indices: readonly number[]): Policy => {
  const own = [...indices];
  for (const index of own) assertInteger(index, 0, 2 ** 16 - 1, 'index');
  return policy((present) => own.every((index) => present.includes(index)));
};

/** All policies at once; of none, any mask that fits. */
export const allOf = (...policies: readonly Policy[]): Policy =>
  policy((_, n, mask) => policies.every((one) => one.accepts(mask, n)));

const policy = (suffices: (present: readonly number[], n: number, mask: Uint8Array) => boolean): Policy =>
  Object.freeze<Policy>({
    accepts: (mask, n) => {
      const present = indicesOf(mask, n);
      return present !== undefined && suffices(present, n, mask);
    },
  });
