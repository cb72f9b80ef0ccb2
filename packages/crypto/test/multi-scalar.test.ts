import { describe, expect, test } from 'vitest';
import { type Addable, pippenger, straus, sumOfMultiples } from '../src/group/multi-scalar.ts';
import { xof } from '../src/transcript.ts';

/** The integers, where a sum of multiples can be computed at sight; it counts what it does. */
class Integer implements Addable<Integer> {
  static operations = 0;
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
  add(other: Integer): Integer {
    Integer.operations++;
    return new Integer(this.value + other.value);
  }
  double(): Integer {
    Integer.operations++;
    return new Integer(this.value * 2n);
  }
  negate(): Integer {
    return new Integer(-this.value);
  }
}

const random = xof('ios/crypto/v1/multi-scalar-test');
const randomBits = (bits: number): bigint =>
  BigInt(`0x${Buffer.from(random.read(Math.ceil(bits / 8))).toString('hex')}`) & ((1n << BigInt(bits)) - 1n);
const zero = new Integer(0n);
const expected = (points: readonly Integer[], scalars: readonly bigint[]): bigint =>
  points.reduce((sum, { value }, i) => sum + value * scalars[i]!, 0n);
const termsOf = (points: readonly Integer[], scalars: readonly bigint[]) =>
  points
    .map((point, i) => ({ point, scalar: scalars[i]!, bits: scalars[i]!.toString(2).length }))
    .filter(({ scalar }) => scalar > 0n);
const operations = (run: () => unknown): number => {
  Integer.operations = 0;
  run();
  return Integer.operations;
};

describe('both methods give the sum', () => {
  test('for every scalar of ten bits, alone and in pairs', () => {
    for (let s = 1n; s < 1024n; s++) {
      const points = [new Integer(1n), new Integer(1_000_000n)];
      const scalars = [s, 1024n - s];
      const terms = termsOf(points, scalars);
      expect(straus(terms)?.value).toBe(expected(points, scalars));
      for (const window of [2, 3, 4, 7]) expect(pippenger(terms, window)?.value).toBe(expected(points, scalars));
    }
  });
  test('for random and lopsided scalars of any length and number', () => {
    for (const size of [1, 2, 7, 50]) {
      for (const bits of [1, 8, 64, 128, 253]) {
        const points = Array.from({ length: size }, () => new Integer(randomBits(64) - (1n << 63n)));
        const scalars = points.map((_, i) => randomBits(i % 3 === 0 ? 1 + (bits >> 1) : bits));
        const terms = termsOf(points, scalars);
        expect(straus(terms)?.value ?? 0n).toBe(expected(points, scalars));
        for (const window of [2, 5, 6, 9])
          expect(pippenger(terms, window)?.value ?? 0n).toBe(expected(points, scalars));
        expect(sumOfMultiples(zero, points, scalars).value).toBe(expected(points, scalars));
      }
    }
  });
  test('for scalars of all ones, of one bit, and none', () => {
    for (const bits of [1n, 2n, 5n, 64n, 252n, 256n]) {
      for (const scalar of [(1n << bits) - 1n, 1n << bits, (1n << bits) + 1n]) {
        const points = [new Integer(3n), new Integer(-5n), new Integer(7n)];
        const scalars = [scalar, scalar, 1n];
        expect(straus(termsOf(points, scalars))?.value).toBe(expected(points, scalars));
        expect(pippenger(termsOf(points, scalars), 6)?.value).toBe(expected(points, scalars));
      }
    }
    expect(sumOfMultiples(zero, [], []).value).toBe(0n);
    expect(sumOfMultiples(zero, [new Integer(3n)], [0n]).value).toBe(0n);
  });
});

test('a sum of very many terms, more than a call can take as arguments', () => {
  const points = Array.from({ length: 200_000 }, (_, i) => new Integer(BigInt(i)));
  const scalars = points.map((_, i) => BigInt(i % 5));
  expect(sumOfMultiples(zero, points, scalars).value).toBe(expected(points, scalars));
  const terms = termsOf(points, scalars);
  expect(straus(terms)?.value).toBe(expected(points, scalars));
});

describe('the choice between them', () => {
  const cost = (size: number, bits: number) => {
    const points = Array.from({ length: size }, (_, i) => new Integer(BigInt(i)));
    const scalars = points.map(() => randomBits(bits) | (1n << BigInt(bits - 1)));
    const terms = termsOf(points, scalars);
    return {
      chosen: operations(() => sumOfMultiples(zero, points, scalars)),
      straus: operations(() => straus(terms)),
      pippenger: Math.min(...[3, 4, 5, 6, 7, 8, 9].map((window) => operations(() => pippenger(terms, window)))),
    };
  };
  test('is within a tenth of the better one, whatever number and length', () => {
    for (const bits of [32, 128, 253]) {
      for (const size of [1, 2, 8, 32, 64, 100, 150, 200, 400, 800]) {
        const { chosen, straus, pippenger } = cost(size, bits);
        expect(chosen).toBeLessThanOrEqual(1.1 * Math.min(straus, pippenger) + 8);
      }
    }
  });
  test('few points go to Straus, many to Pippenger, and short scalars sooner', () => {
    for (const bits of [128, 253]) {
      const [few, many] = [cost(32, bits), cost(800, bits)];
      expect(few.chosen).toBe(few.straus);
      expect(many.chosen).toBeLessThan(many.straus);
    }
    const short = cost(90, 128);
    expect(short.chosen).toBeLessThan(short.straus);
    const full = cost(90, 253);
    expect(full.chosen).toBe(full.straus);
  });
});
