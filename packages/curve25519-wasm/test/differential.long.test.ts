import { describe, test } from 'vitest';
import * as differential from './differential.ts';

/** More than a million cases in all, in parts that can run side by side; a failing one prints its seed. */
describe.each([1, 2, 3, 4])('against other implementations, at length, part %i of four:', () => {
  test('the field', () => differential.field(100_000));
  test('encodings and inverses of the field', () => differential.encodings(75_000));
  test('scalars', () => differential.scalarArithmetic(75_000));
  test('decoding of edwards25519', () => differential.edwardsDecoding(10_000));
  test('sums, by every method', () => differential.sums(250));
  test('ristretto255', () => differential.ristretto(750));
  test('edwards25519', () => differential.edwards(1_000));
  test('Elligator 2', () => differential.elligator(2_500));
  test('signatures', () => differential.signatures(500));
  test('hashes and trees', () => differential.hashes(2_500));
});
