import { EdsError } from '../errors.ts';

/** An exact probability, or a sum of some: numerator / denominator in lowest terms, the denominator positive. */
export interface Probability {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** A fraction in lowest terms. @throws EdsError `out-of-range` unless 0 <= numerator and 0 < denominator */
export const fraction = (numerator: bigint, denominator: bigint): Probability => {
  if (numerator < 0n || denominator <= 0n)
    throw new EdsError('out-of-range', 'a probability is not negative, and its denominator positive');
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
};

export const add = (a: Probability, b: Probability): Probability =>
  fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

export const multiply = (a: Probability, b: Probability): Probability =>
  fraction(a.numerator * b.numerator, a.denominator * b.denominator);

/** Whether a <= b, exactly. */
export const isAtMost = (a: Probability, b: Probability): boolean =>
  a.numerator * b.denominator <= b.numerator * a.denominator;

/**
 * A fraction as people read it, rounded up in the last digit: `2.51e-7`, `0.236`, `1`. Never smaller than the fraction.
 * @param digits - of the mantissa, 1 to 15
 */
export const formatProbability = ({ numerator, denominator }: Probability, digits = 3): string => {
  if (numerator === 0n) return '0';
  if (numerator >= denominator) return numerator === denominator ? '1' : 'over 1';
  let exponent = 0;
  for (let scaled = numerator; scaled < denominator; exponent++) scaled *= 10n;
  const scale = 10n ** BigInt(exponent + digits - 1);
  const mantissa = (numerator * scale + denominator - 1n) / denominator;
  const text = mantissa.toString();
  const shift = exponent - (text.length - digits);
  if (shift === 0) return '1';
  const shown = text.slice(0, digits);
  if (shift <= 3) return trimmed(`0.${'0'.repeat(shift - 1)}${shown}`);
  return `${trimmed(digits > 1 ? `${shown[0]}.${shown.slice(1)}` : shown)}e-${shift}`;
};

const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
};

/** n choose k; 0 unless 0 <= k <= n. */
export const choose = (n: number, k: number): bigint => {
  if (k < 0 || k > n) return 0n;
  let product = 1n;
  for (let i = 1; i <= Math.min(k, n - k); i++) product = (product * BigInt(n - i + 1)) / BigInt(i);
  return product;
};
