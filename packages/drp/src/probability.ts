import type { Policy } from './epoch.ts';
import { assertInteger, DrpError } from './errors.ts';
import { groupSizes, thresholdOf } from './grouping.ts';

/** A probability, exact and in lowest terms. */
export interface Probability {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What faulty servers can do to one session, if the groups are drawn after they are fixed. */
export interface FailureProbability {
  /** Some group has fewer than t honest members: the faulty can stop the session. */
  readonly liveness: Probability;
  /**
   * The faulty can stop the session or know its output beforehand: what bounds the bias of one session, since who learns the
   * output first and can stop it has a second draw.
   */
  readonly bias: Probability;
  /** Every group has t faulty members: the faulty know every secret before anything is signed off. 0 up to f of them. */
  readonly secrecy: Probability;
}

/**
 * What goes wrong in one session with `faulty` servers of n, exactly: hypergeometric, over all groups together. Sessions draw
 * their groups anew, so the chances of several add up to at most their sum.
 * @param faulty - f of the policy when left out
 * @throws DrpError `out-of-range`
 */
export const failureProbability = (n: number, policy: Policy, faulty: number = policy.faults): FailureProbability => {
  assertInteger(faulty, 0, n, 'faulty');
  const sizes = groupSizes(n, policy);
  // The numbers of placements whose count of faulty members lies, in every group, from `least` to `most`.
  const placements = (least: (size: number) => number, most: (size: number) => number): bigint =>
    sizes.reduce<bigint[]>(
      (ways, size) => {
        const [from, to] = [least(size), most(size)];
        const next = Array.from({ length: faulty + 1 }, () => 0n);
        for (let k = from; k <= to; k++) {
          const choices = binomial(size, k);
          for (let j = 0; j + k <= faulty; j++) if (ways[j]! > 0n) next[j + k]! += ways[j]! * choices;
        }
        return next;
      },
      [1n, ...Array.from({ length: faulty }, () => 0n)],
    )[faulty]!;
  const canEnd = (size: number): number => size - thresholdOf(size);
  const all = binomial(n, faulty);
  const ends = placements(() => 0, canEnd);
  const known = placements(thresholdOf, (size) => size);
  const knownAndEnds = placements(thresholdOf, canEnd);
  return {
    liveness: lowest(all - ends, all),
    bias: lowest(all - ends + knownAndEnds, all),
    secrecy: lowest(known, all),
  };
};

/**
 * Refuses a policy whose f faulty servers can bias a session with a chance above 2^-biasBits.
 * @throws DrpError `insecure`
 */
export const checkBias = (n: number, policy: Policy): void => {
  const { bias } = failureProbability(n, policy);
  const { groupSize, faults, biasBits } = policy;
  if (bias.numerator << BigInt(biasBits) > bias.denominator)
    throw new DrpError('insecure', 'a session can be biased with too great a chance: larger groups are needed', {
      n,
      groupSize,
      faults,
      chance: toDecimal(bias),
      biasBits,
    });
};

/** A probability to be read by people: three digits and a power of ten. */
export const toDecimal = ({ numerator, denominator }: Probability): string => {
  if (numerator === 0n) return '0';
  const scaled = (exponent: number): bigint => (numerator * 10n ** BigInt(exponent + 2)) / denominator;
  let exponent = 0;
  while (scaled(exponent) < 100n) exponent++;
  const digits = scaled(exponent).toString().padEnd(3, '0');
  return exponent === 0 ? `${digits[0]}.${digits.slice(1)}` : `${digits[0]}.${digits.slice(1, 3)}e-${exponent}`;
};

const binomial = (n: number, k: number): bigint => {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = (result * BigInt(n - i + 1)) / BigInt(i);
  return result;
};

const lowest = (numerator: bigint, denominator: bigint): Probability => {
  let [a, b] = [numerator, denominator];
  while (b > 0n) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
};
