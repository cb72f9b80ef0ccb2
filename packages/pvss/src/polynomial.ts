import { invert } from '@noble/curves/abstract/modular.js';

/*
 * Arithmetic modulo the order of the group. Points are small, so that products grow by ten bits at most: they are reduced
 * once in so many steps.
 */
const LAZY = 16;

/** The point at which share `index` is the value of the polynomial: never 0, where the secret is. */
export const pointOf = (index: number): bigint => BigInt(index + 1);

/**
 * The value of a polynomial at the point of a share (Horner).
 * @param coefficients - lowest first
 */
export const evaluate = (order: bigint, coefficients: readonly bigint[], index: number): bigint => {
  const x = pointOf(index);
  let value = 0n;
  for (let j = coefficients.length - 1; j >= 0; j--) {
    value = value * x + coefficients[j]!;
    if (j % LAZY === 0) value %= order;
  }
  return value;
};

/** Σ over i of values[i] · x_i^j, x_i being the point of share i, for each j below `count`. */
export const moments = (order: bigint, values: readonly bigint[], count: number): bigint[] => {
  const points = values.map((_, i) => pointOf(i));
  const sums: bigint[] = [];
  let terms = values;
  for (let j = 0; ; ) {
    let sum = 0n;
    for (const term of terms) sum += term;
    sums.push(sum % order);
    if (++j === count) return sums;
    terms =
      j % LAZY === 0 ? terms.map((term, i) => (term * points[i]!) % order) : terms.map((term, i) => term * points[i]!);
  }
};

/**
 * Lagrange's coefficients: f(0) = Σ of coefficient times value at the point of that share, for every polynomial f of degree
 * below the number of shares.
 * @param indices - different shares
 */
export const lagrangeAtZero = (order: bigint, indices: readonly number[]): bigint[] => {
  const product = indices.reduce((all, index) => (all * pointOf(index)) % order, 1n);
  // The coefficient is the product of all points over x_i · Π (x_j - x_i), j other than i.
  return indices.map((own) => {
    let below = pointOf(own);
    indices.forEach((other, step) => {
      if (other !== own) below *= BigInt(other - own);
      if (step % LAZY === 0) below %= order;
    });
    return modulo(product * invert(modulo(below, order), order), order);
  });
};

/**
 * The dual code of Reed and Solomon's at the points 1 to n: Σ of coefficient i times f(i + 1) is 0 for every polynomial f
 * of degree at most n - 2. Each is 1 / Π (x_i - x_j), j other than i, times (n - 1)!·(-1)^(n-1): binomial coefficients of
 * changing sign, which need no inversion.
 */
export const dualCode = (order: bigint, n: number): bigint[] => {
  let binomial = 1n;
  return Array.from({ length: n }, (_, i) => {
    const own = i % 2 === 0 ? binomial : -binomial;
    binomial = (binomial * BigInt(n - 1 - i)) / BigInt(i + 1);
    return modulo(own, order);
  });
};

/** The representative from 0 to `order - 1`. */
export const modulo = (value: bigint, order: bigint): bigint => {
  const rest = value % order;
  return rest < 0n ? rest + order : rest;
};
