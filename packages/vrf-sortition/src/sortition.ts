import { bytesToNumberBE } from '@noble/curves/utils.js';
import { assertLength, VrfError } from './errors.ts';

/** A draw by stake. */
export interface Draw {
  /** The output of the function for the draw's input, 64 bytes, read as a fraction of 2^512, big-endian. */
  readonly beta: Uint8Array;
  /** The drawer's units of stake, 0 to `total`. */
  readonly stake: bigint;
  /** All units, from 1. */
  readonly total: bigint;
  /** How many units are to be drawn of all on average, 0 to `total` and to 2^14. */
  readonly expected: bigint;
}

/** The most that `stake` times the bits of `total` may be: coarser units make it smaller. */
export const MAX_STAKE_BITS: bigint = 2n ** 24n;

/** The most units that may be drawn on average. */
export const MAX_EXPECTED: bigint = 2n ** 14n;

/**
 * How many of a drawer's units are drawn, each with probability p = expected / total by itself: the j for which
 *
 * `F(j - 1) <= beta / 2^512 < F(j)`, with `F(j) = Σ_{k <= j} C(stake, k) · p^k · (1 - p)^(stake - k)`
 *
 * (Gilad et al., "Algorand", SOSP 2017, section 5.1). Splitting a stake changes nothing in the distribution of the sum, and
 * more stake never draws fewer.
 *
 * The comparison is exact. F(j) is enclosed between two bounds, rounded down and up at every step; where beta lies outside
 * of them they decide, and where it lies between, which has probability below 2^-200, the fraction itself is computed.
 * @returns from 0 to `stake`
 * @throws VrfError `bad-length`; `out-of-range` for amounts that are not as said, or if `stake` · bits of `total` > 2^24
 */
export const drawUnits = (draw: Draw): number => {
  const { beta, stake, total, expected } = draw;
  assertLength(beta, 64, 'beta');
  const demand = (holds: boolean, what: string): void => {
    if (!holds) throw new VrfError('out-of-range', what);
  };
  demand(total >= 1n && stake >= 0n && stake <= total, 'a stake is from 0 to the total, and the total from 1');
  demand(expected >= 0n && expected <= total && expected <= MAX_EXPECTED, 'of all units at most 2^14 are to be drawn');
  demand(stake * BigInt(total.toString(2).length) <= MAX_STAKE_BITS, 'stake times the bits of the total exceeds 2^24');
  const target = bytesToNumberBE(beta);
  if (stake === 0n || expected === 0n) return 0;
  if (expected === total) return Number(stake);
  return enclosedDraw(target, draw) ?? exactDraw(target, draw);
};

/** Bits in which F is added up: 512 for beta, and 256 in which errors have room. */
const PRECISION = 768n;

/** Bits to which the two bounds of a term are cut. */
const WIDTH = 832n;

/** A number between two bounds: lower / 2^scale and upper / 2^scale. */
interface Enclosed {
  readonly lower: bigint;
  readonly upper: bigint;
  readonly scale: bigint;
}

/** The draw by bounds of F, or undefined if beta lies between them. */
export const enclosedDraw = (target: bigint, { stake, total, expected }: Omit<Draw, 'beta'>): number | undefined => {
  const aligned = target << (PRECISION - 512n);
  const rest = total - expected;
  const others = { lower: (rest << WIDTH) / total, upper: ceilDivide(rest << WIDTH, total), scale: WIDTH };
  let term = power(others, stake);
  let [lower, upper] = [0n, 0n];
  for (let k = 0n; k < stake; k++) {
    const shift = term.scale - PRECISION;
    lower += shift > 0n ? term.lower >> shift : term.lower << -shift;
    upper += shift > 0n ? ceilShift(term.upper, shift) : term.upper << -shift;
    if (aligned < lower) return Number(k);
    if (aligned < upper) return undefined;
    const [up, down] = [(stake - k) * expected, (k + 1n) * rest];
    // Room for the quotient, so that cutting it loses one unit in 2^WIDTH.
    const [a, b] = [(term.lower << 64n) * up, (term.upper << 64n) * up];
    term = cut({ lower: a / down, upper: ceilDivide(b, down), scale: term.scale + 64n });
  }
  // F(stake) is 1.
  return Number(stake);
};

/** The draw by the fraction F itself: exact whatever beta is, and slow for large stakes. */
export const exactDraw = (target: bigint, { stake, total, expected }: Omit<Draw, 'beta'>): number => {
  const rest = total - expected;
  const scaled = target * total ** stake;
  let term = rest ** stake;
  let sum = 0n;
  for (let k = 0n; k < stake; k++) {
    sum += term;
    if (scaled < sum << 512n) return Number(k);
    // C(stake, k) · expected^k · rest^(stake - k), from one k to the next; the division is exact.
    term = (term * (stake - k) * expected) / ((k + 1n) * rest);
  }
  return Number(stake);
};

const power = (base: Enclosed, exponent: bigint): Enclosed => {
  let [result, square]: [Enclosed, Enclosed] = [{ lower: 1n, upper: 1n, scale: 0n }, base];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = product(result, square);
    square = product(square, square);
  }
  return result;
};

const product = (a: Enclosed, b: Enclosed): Enclosed =>
  cut({ lower: a.lower * b.lower, upper: a.upper * b.upper, scale: a.scale + b.scale });

/** The same bounds in WIDTH bits, the lower one rounded down and the upper one up. */
const cut = ({ lower, upper, scale }: Enclosed): Enclosed => {
  const excess = BigInt(lower.toString(16).length * 4) - WIDTH;
  return excess <= 0n
    ? { lower, upper, scale }
    : { lower: lower >> excess, upper: ceilShift(upper, excess), scale: scale - excess };
};

const ceilShift = (value: bigint, shift: bigint): bigint => -(-value >> shift);

const ceilDivide = (value: bigint, divisor: bigint): bigint => (value + divisor - 1n) / divisor;
