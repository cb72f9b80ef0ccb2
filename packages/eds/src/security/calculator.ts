import { assertInteger, EdsError } from '../errors.ts';
import { batchSize, type ShardPolicy, shardSizes } from '../policy.ts';
import { add, formatProbability, fraction, isAtMost, multiply, type Probability } from './probability.ts';
import { hypergeometricTail } from './tails.ts';

/** What the calculator is asked about. */
export interface SecurityQuestion {
  /** Number of validators, 1 to 2^24. */
  readonly n: number;
  /** How many of them are faulty, 0 to n. */
  readonly bad: number;
  readonly policy: ShardPolicy;
}

/** Bounds on what can go wrong in one epoch, over uniform randomness; exact sums, so that `total` may exceed 1. */
export interface SecurityReport {
  /** The chance that some shard of an assignment has more faulty members than it bears: at most this. */
  readonly assignment: Probability;
  /** The chance that some committee between two assignments has: at most this. */
  readonly mixed: Probability;
  /** Both together. */
  readonly total: Probability;
  /** How many committees `mixed` adds up. */
  readonly mixedCommittees: number;
}

/**
 * Bounds the chance that some committee of an epoch has more faulty members than floor((size-1)/3): the sum of the exact
 * chances of every shard, and of every mixed committee on the way there.
 *
 * A mixed committee, after m of its swaps, is a uniform draw like an assignment: swapping two validators everywhere changes
 * no probability, since old assignment, new assignment and both orders are uniform. So its chance is the same
 * hypergeometric tail, though both ends may be good and it not. A shard of s members has at most ceil(s/k) - 1 mixed
 * committees with steps of k.
 * @throws EdsError `out-of-range`, `bad-policy`
 */
export const assess = ({ n, bad, policy }: SecurityQuestion): SecurityReport => {
  assertInteger(bad, 0, n, 'number of faulty validators');
  const sizes = shardSizes(n, policy);
  let [assignment, mixed, mixedCommittees] = [fraction(0n, 1n), fraction(0n, 1n), 0];
  // There are at most two sizes, the larger ones first.
  for (const size of new Set(sizes)) {
    const count = sizes.filter((other) => other === size).length;
    const steps = count * (Math.ceil(size / batchSize(n, size, policy)) - 1);
    const tail = hypergeometricTail(n, bad, size);
    assignment = add(assignment, multiply(tail, fraction(BigInt(count), 1n)));
    mixed = add(mixed, multiply(tail, fraction(BigInt(steps), 1n)));
    mixedCommittees += steps;
  }
  return { assignment, mixed, total: add(assignment, mixed), mixedCommittees };
};

/**
 * Refuses a configuration whose bound, {@link assess}'s total, is above the target.
 * @param target - the chance an epoch that is accepted
 * @returns the report
 * @throws EdsError `insecure`, with bound and target as facts; `out-of-range`, `bad-policy`
 */
export const check = (question: SecurityQuestion, target: Probability): SecurityReport => {
  const report = assess(question);
  if (isAtMost(report.total, target)) return report;
  const [bound, accepted] = [formatProbability(report.total), formatProbability(target)];
  const { n, bad } = question;
  throw new EdsError('insecure', `a shard may have too many faulty members with chance ${bound}, above ${accepted}`, {
    n,
    bad,
    bound,
    target: accepted,
  });
};
