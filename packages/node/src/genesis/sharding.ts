import { assess, formatProbability, fraction, isAtMost } from '@ios/eds';
import { NodeError } from '../errors.ts';

/** The chance of an unsafe shard that is accepted, for the one assignment that a network has: one in a million. */
const TARGET = fraction(1n, 1_000_000n);

/**
 * Refuses to divide validators into so many shards that, with a quarter of them faulty (one at least), some shard has more faulty
 * members than it bears with a chance above 10^-6. The committee of one shard is not drawn, and not refused.
 * @param shards - at most as many as there are validators
 * @throws NodeError `insecure` with the chance and what to do
 */
export function assertSafeShards(validators: number, shards: number): void {
  if (shards === 1) return;
  const bad = Math.max(1, Math.floor(validators / 4));
  const { assignment } = assess({ n: validators, bad, policy: { shards, shardSize: 1, batch: 1 } });
  if (isAtMost(assignment, TARGET)) return;
  const chance = formatProbability(assignment);
  throw new NodeError(
    'insecure',
    `With ${bad} of ${validators} validators faulty, some of ${shards} shards has more faulty members than it bears with a chance of up to ${chance}; ` +
      `at most ${formatProbability(TARGET)} is accepted. Take fewer shards or more validators, or, for a network that holds nothing of worth, --allow-insecure.`,
    { validators, shards, bad, chance },
  );
}
