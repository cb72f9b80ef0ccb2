import { permutation } from '@ios/crypto/permutation';
import { assertLength } from './errors.ts';
import { type ShardPolicy, shardSizes } from './policy.ts';

/**
 * Which validators serve which shard: one permutation of all, cut into buckets whose sizes differ by at most one
 * (whitepaper, section 5, step 6). Uniform over all orders for uniform randomness.
 * @param randomness - rnd of the epoch, 32 bytes, fixed after the roster was
 * @param n - size of the roster, 1 to 2^24
 * @param policy - of which `batch` plays no part here
 * @returns for each shard its committee: indices of the roster, in the order of the permutation
 * @throws EdsError `bad-length`, `out-of-range`, `bad-policy`
 */
export const assign = (randomness: Uint8Array, n: number, policy: ShardPolicy): number[][] => {
  assertLength(randomness, 32, 'randomness');
  const sizes = shardSizes(n, policy);
  const order = permutation(randomness, 'ios/eds/v1/assignment', n);
  let end = 0;
  return sizes.map((size) => {
    end += size;
    return order.slice(end - size, end);
  });
};
