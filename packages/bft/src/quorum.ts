import { BftError } from './errors.ts';

/** The number of faulty members that a committee of `n` (1 or more) tolerates: f = floor((n - 1) / 3). */
export const faults = (n: number): number => {
  if (!Number.isSafeInteger(n) || n < 1) throw new BftError('bounds', `a committee has at least one member, not ${n}`);
  return Math.floor((n - 1) / 3);
};

/**
 * How many members of a committee of `n` decide: n - f.
 *
 * Two quorums share n - 2f members, which is at least f + 1, so at least one honest member, for every n; 2f + 1 of
 * them would not do when n is not 3f + 1 (with n = 6, f = 1, two sets of 3 can be disjoint).
 */
export const quorum = (n: number): number => n - faults(n);
