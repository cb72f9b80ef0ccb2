import { toyGroup } from '@ios/crypto/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dualCode, evaluate, lagrangeAtZero, modulo, moments, pointOf } from '../src/polynomial.ts';

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const TOY = toyGroup.order;
const scalar = fc.bigInt({ min: 0n, max: ORDER - 1n });

/** Σ of products modulo an order. */
const dot = (order: bigint, a: readonly bigint[], b: readonly bigint[]): bigint =>
  modulo(
    a.reduce((sum, own, i) => sum + own * b[i]!, 0n),
    order,
  );
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** All ways to choose `count` of the indices. */
const subsets = (from: readonly number[], count: number): number[][] =>
  count === 0
    ? [[]]
    : from.flatMap((first, at) => subsets(from.slice(at + 1), count - 1).map((rest) => [first, ...rest]));

describe('arithmetic of shares', () => {
  test('values, moments and sums of powers agree with the definitions', () => {
    fc.assert(
      fc.property(fc.array(scalar, { minLength: 1, maxLength: 70 }), fc.nat(1023), (coefficients, index) => {
        const x = BigInt(index + 1);
        const expected = coefficients.reduce((sum, own, j) => (sum + own * x ** BigInt(j)) % ORDER, 0n);
        expect(pointOf(index)).toBe(x);
        expect(evaluate(ORDER, coefficients, index) % ORDER).toBe(expected);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(scalar, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 60 }),
        (values, count) => {
          const sums = moments(ORDER, values, count);
          expect(sums.length).toBe(count);
          sums.forEach((sum, j) => {
            expect(sum).toBe(values.reduce((all, own, i) => (all + own * BigInt(i + 1) ** BigInt(j)) % ORDER, 0n));
          });
        },
      ),
    );
  });

  test('any t of n values interpolate to the value at 0', () => {
    const polynomial = fc.array(scalar, { minLength: 1, maxLength: 40 });
    const order = fc.shuffledSubarray(range(100), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(polynomial, order, (coefficients, all) => {
        const indices = all.slice(0, coefficients.length);
        const values = indices.map((index) => evaluate(ORDER, coefficients, index));
        expect(dot(ORDER, lagrangeAtZero(ORDER, indices), values)).toBe(coefficients[0]);
      }),
    );
  });

  test('as many shares as there can be', () => {
    const coefficients = range(1024).map((i) => BigInt(i) ** 20n);
    const values = range(1024).map((i) => evaluate(ORDER, coefficients, i));
    expect(dot(ORDER, lagrangeAtZero(ORDER, range(1024)), values)).toBe(coefficients[0]);
    expect(dot(ORDER, dualCode(ORDER, 1024), values)).not.toBe(0n);
    const less = range(1024).map((i) => evaluate(ORDER, coefficients.slice(0, 1023), i));
    expect(dot(ORDER, dualCode(ORDER, 1024), less)).toBe(0n);
  });

  test('the dual code is that of the definition, up to one factor', () => {
    for (const n of [1, 2, 3, 7, 22]) {
      const products = range(n).map((i) =>
        range(n).reduce((all, j) => (j === i ? all : modulo(all * BigInt(i - j), TOY)), 1n),
      );
      const factors = dualCode(TOY, n).map((own, i) => modulo(own * products[i]!, TOY));
      expect(factors).toEqual(factors.map(() => factors[0]));
      expect(factors[0]).not.toBe(0n);
    }
  });
});

describe('exhaustively over 23 elements', () => {
  const all = range(Number(TOY)).map(BigInt);

  test('t - 1 shares fit every secret, each with as many polynomials; t shares fit one', () => {
    const n = 5;
    // All polynomials of degree below 3, by what any two shares of them are.
    const polynomials = all.flatMap((a) => all.flatMap((b) => all.map((c) => [a, b, c])));
    for (const seen of subsets(range(n), 2)) {
      const secrets = new Map<string, Set<bigint>>();
      for (const own of polynomials) {
        const view = seen.map((index) => evaluate(TOY, own, index) % TOY).join();
        const fitting = secrets.get(view) ?? new Set();
        secrets.set(view, fitting.add(own[0]!));
      }
      // 23^2 views with 23 polynomials each: a secret each.
      expect(secrets.size).toBe(23 ** 2);
      for (const fitting of secrets.values()) expect(fitting.size).toBe(23);
    }
  });

  test('every polynomial is recovered from any t shares, in any number of shares', () => {
    for (const a of all) {
      for (const b of all) {
        for (const indices of subsets(range(6), 2)) {
          const values = indices.map((index) => evaluate(TOY, [a, b], index));
          expect(dot(TOY, lagrangeAtZero(TOY, indices), values)).toBe(a);
        }
      }
    }
  });

  test('the degree test passes a wrong degree for one in 23 of its polynomials, a right one for all', () => {
    const [n, t] = [4, 2];
    const code = dualCode(TOY, n);
    const passes = (values: readonly bigint[], m: readonly bigint[]): boolean =>
      dot(
        TOY,
        code.map((own, i) => own * evaluate(TOY, m, i)),
        values,
      ) === 0n;
    // m has degree n - t - 1: 23^2 of them.
    const tests = all.flatMap((a) => all.map((b) => [a, b]));
    for (const f of [
      [3n, 5n],
      [0n, 1n],
      [7n, 0n],
    ]) {
      const values = range(n).map((i) => evaluate(TOY, f, i));
      expect(f.length).toBe(t);
      expect(tests.filter((m) => passes(values, m)).length).toBe(23 ** 2);
    }
    for (const f of [
      [3n, 5n, 1n],
      [0n, 0n, 0n, 1n],
      [1n, 2n, 3n, 4n],
    ]) {
      const values = range(n).map((i) => evaluate(TOY, f, i));
      expect(tests.filter((m) => passes(values, m)).length).toBe(23);
    }
  });
});
