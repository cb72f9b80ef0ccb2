import { describe, test } from 'vitest';
import * as differential from './differential.ts';

/** The same comparisons run longer in `differential.long.test.ts`. */
describe('against other implementations', () => {
  test('the field', () => differential.field(300));
  test('encodings and inverses of the field', () => differential.encodings(300));
  test('scalars', () => differential.scalarArithmetic(300));
  test('decoding of edwards25519', () => differential.edwardsDecoding(150));
  test('sums, by every method', () => differential.sums(12));
  test('ristretto255', () => differential.ristretto(40));
  test('edwards25519', () => differential.edwards(40));
  test('Elligator 2', () => differential.elligator(60));
  test('signatures', () => differential.signatures(20));
  test('hashes and trees', () => differential.hashes(60));
});
