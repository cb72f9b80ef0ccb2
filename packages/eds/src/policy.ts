import { assertInteger, EdsError } from './errors.ts';

/** The most validators: what a permutation orders. */
export const MAX_VALIDATORS: number = 2 ** 24;

/**
 * How validators are cut into shards. The whitepaper calls m both the number of buckets and the size of each shard, and k
 * the batch; here each has a name.
 */
export interface ShardPolicy {
  /** Number of shards, from 1. */
  readonly shards: number;
  /** The fewest validators of a shard, from 1: a roster that does not give as many to every shard is refused. */
  readonly shardSize: number;
  /** The most members of a shard that are swapped in one step, from 1; the whitepaper's logarithm may give fewer. */
  readonly batch: number;
}

/** How many of a committee may be faulty: floor((size - 1) / 3). @param size - from 1 */
export const faults = (size: number): number => Math.floor((size - 1) / 3);

/**
 * The sizes of the shards that n validators are cut into: they differ by at most one, the larger ones first.
 * @throws EdsError `out-of-range`; `bad-policy` if n validators are too few for the policy
 */
export const shardSizes = (n: number, policy: ShardPolicy): number[] => {
  checkPolicy(policy);
  assertInteger(n, 1, MAX_VALIDATORS, 'number of validators');
  const { shards, shardSize } = policy;
  const [least, larger] = [Math.floor(n / shards), n % shards];
  if (least < shardSize)
    throw new EdsError('bad-policy', `${n} validators give no ${shards} shards of ${shardSize}`, {
      n,
      shards,
      shardSize,
    });
  return Array.from({ length: shards }, (_, j) => least + (j < larger ? 1 : 0));
};

/**
 * How many members a shard swaps in one step: max(1, floor(log2(n / shardSize))) as in the whitepaper, section 6, at most
 * `batch`, and fewer than a third of the shard, so that those who stay are still more than two thirds. A shard of three or
 * fewer swaps one.
 * @param n - number of validators
 * @param size - of the shard
 * @throws EdsError as {@link shardSizes}
 */
export const batchSize = (n: number, size: number, policy: ShardPolicy): number => {
  shardSizes(n, policy);
  assertInteger(size, 1, n, 'size of the shard');
  let logarithm = 0;
  while (policy.shardSize * 2 ** (logarithm + 1) <= n) logarithm++;
  const belowThird = Math.ceil(size / 3) - 1;
  return Math.max(1, Math.min(logarithm, policy.batch, belowThird));
};

const checkPolicy = ({ shards, shardSize, batch }: ShardPolicy): void => {
  assertInteger(shards, 1, MAX_VALIDATORS, 'number of shards');
  assertInteger(shardSize, 1, MAX_VALIDATORS, 'size of a shard');
  assertInteger(batch, 1, MAX_VALIDATORS, 'batch');
};
