import { assertInteger, EdsError } from '../errors.ts';
import { faults, MAX_VALIDATORS } from '../policy.ts';
import { choose, fraction, isAtMost, type Probability } from './probability.ts';

/** The most members of a committee that the calculator takes. */
export const MAX_SIZE = 4_096;

/**
 * The exact chance that a committee has more faulty members than it bears: of `size` drawn from n without replacement, more
 * than floor((size-1)/3) of the `bad` ones (hypergeometric).
 * @param n - validators, 1 to 2^24
 * @param bad - faulty ones among them, 0 to n
 * @param size - 1 to 4096, at most n
 * @throws EdsError `out-of-range`
 */
export const hypergeometricTail = (n: number, bad: number, size: number): Probability => {
  assertInteger(n, 1, MAX_VALIDATORS, 'number of validators');
  assertInteger(bad, 0, n, 'number of faulty validators');
  assertInteger(size, 1, Math.min(n, MAX_SIZE), 'size of a committee');
  let ways = 0n;
  let term: bigint | undefined;
  for (let k = Math.max(faults(size) + 1, size - (n - bad)); k <= Math.min(bad, size); k++) {
    term = term === undefined ? choose(bad, k) * choose(n - bad, size - k) : nextTerm(term, n, bad, size, k);
    ways += term;
  }
  return fraction(ways, choose(n, size));
};

/** C(bad, k) · C(n - bad, size - k) from the same for k - 1; the divisions are exact in this order. */
const nextTerm = (term: bigint, n: number, bad: number, size: number, k: number): bigint =>
  (term * BigInt(bad - k + 1) * BigInt(size - k + 1)) / (BigInt(k) * BigInt(n - bad - size + k));

/**
 * The same where each member is faulty by itself with a given chance (binomial): the limit for many validators.
 * @param rate - chance that a member is faulty, from 0 to 1
 * @param size - 1 to 4096
 * @throws EdsError `out-of-range`
 */
export const binomialTail = (rate: Probability, size: number): Probability => {
  assertInteger(size, 1, MAX_SIZE, 'size of a committee');
  const { numerator: p, denominator } = checkedRate(rate);
  const q = denominator - p;
  if (q === 0n) return fraction(1n, 1n);
  const first = faults(size) + 1;
  let term = choose(size, first) * p ** BigInt(first) * q ** BigInt(size - first);
  let ways = term;
  for (let k = first; k < size; k++) {
    // C(size, k) · p^k · q^(size-k), from one k to the next; the division is exact.
    term = (term * BigInt(size - k) * p) / (BigInt(k + 1) * q);
    ways += term;
  }
  return fraction(ways, denominator ** BigInt(size));
};

/**
 * The smallest size from which on committees are within a target: it and the two next hold. (Sizes go by threes: with 3f + 1
 * members a committee bears one more than with 3f, so that a smaller size may hold by itself.)
 * @param rate - chance that a member is faulty, below 1/3
 * @param target - the chance that is accepted, above 0
 * @returns undefined if it is above 4096 - 2
 * @throws EdsError `out-of-range`
 */
export const smallestCommittee = (rate: Probability, target: Probability): number | undefined => {
  if (target.numerator === 0n) throw new EdsError('out-of-range', 'a target of zero is never reached');
  let held = 0;
  for (let size = 1; size <= MAX_SIZE; size++) {
    held = isAtMost(binomialTail(rate, size), target) ? held + 1 : 0;
    if (held === 3) return size - 2;
  }
  return undefined;
};

const checkedRate = (rate: Probability): Probability => {
  const checked = fraction(rate.numerator, rate.denominator);
  if (checked.numerator > checked.denominator) throw new EdsError('out-of-range', 'a chance is at most 1');
  return checked;
};
