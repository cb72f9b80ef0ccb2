import type { Rng } from '@ios/crypto/group';
import { hedgedNonce } from '@ios/crypto/nonce';
import { invert } from '@noble/curves/abstract/modular.js';

/**
 * The inverse of a secret modulo the order. Euclid's algorithm takes a path that depends on its input, so it gets the
 * secret times a random number, which is as random as that number: 1/x = b · 1/(x·b).
 * @param secret - from 1 to `order - 1`
 * @param rng - source of 32 bytes; b is hedged, so a poor source gives away no more than none
 */
export const blindedInverse = (order: bigint, secret: bigint, rng: Rng): bigint => {
  const b = hedgedNonce(order, 'ios/pvss/v1/inverse-blind', secret, rng);
  return (b * invert((secret * b) % order, order)) % order;
};
