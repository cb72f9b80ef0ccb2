import { describe, test } from 'vitest';
import * as differential from './differential.ts';

/** More than a million cases in all; a failing one prints its seed. */
describe('against other implementations, at length', () => {
  test('the field', () => differential.field(400_000));
  test('encodings and inverses of the field', () => differential.encodings(300_000));
  test('scalars', () => differential.scalarArithmetic(300_000));
  test('decoding of edwards25519', () => differential.edwardsDecoding(100_000));
  test('sums, by every method', () => differential.sums(2_000));
  test('ristretto255', () => differential.ristretto(10_000));
  test('edwards25519', () => differential.edwards(10_000));
  test('Elligator 2', () => differential.elligator(20_000));
  test('signatures', () => differential.signatures(5_000));
  test('hashes and trees', () => differential.hashes(30_000));
});
