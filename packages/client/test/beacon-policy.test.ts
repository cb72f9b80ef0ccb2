import { failureProbability, toDecimal } from '@ios/drp';
import { expect, test } from 'vitest';
import { beaconPolicy } from '../src/epochs.ts';
import { MAX_VALIDATORS } from '../src/index.ts';

const biasOf = (n: number) => failureProbability(n, beaconPolicy(n)).bias;

test.each([1, 4, 7, 64, 67, 128])('%i validators are one group, which f cannot bias', (n) => {
  expect(biasOf(n).numerator).toBe(0n);
});

/** A bias above 2^-40 is refused by DRP: a network must not be made that can make no randomness. */
test.each([129, 130, 193, 257, 512, 641, 913, MAX_VALIDATORS])('%i validators are biased by less than 2^-40', (n) => {
  const { numerator, denominator } = biasOf(n);
  expect(numerator << BigInt(beaconPolicy(n).biasBits) < denominator, toDecimal({ numerator, denominator })).toBe(true);
});
