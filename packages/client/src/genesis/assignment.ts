import { assign, EdsError } from '@ios/eds';
import { ClientError } from '../error.ts';
import type { Genesis } from './genesis.ts';
import { genesisHash, initialRandomness } from './identity.ts';

/**
 * Which validators serve which shard: for each shard its seats, which are places among the validators of genesis, ascending.
 * They are drawn by rnd(0) (whitepaper section 5); with one shard they are all.
 * @param chain - the hash of this genesis, where it was computed already
 * @throws ClientError `genesis-malformed` where there is not a validator for each shard
 */
export function assignmentOf(
  genesis: Genesis,
  chain: Uint8Array = genesisHash(genesis),
): readonly (readonly number[])[] {
  const policy = { shards: genesis.policy.shards, shardSize: 1, batch: 1 };
  try {
    const shards = assign(initialRandomness(chain), genesis.validators.length, policy);
    return shards.map((seats) => seats.sort((a, b) => a - b));
  } catch (cause) {
    if (!(cause instanceof EdsError)) throw cause;
    throw new ClientError(
      'genesis-malformed',
      `This genesis has no assignment to shards: ${cause.message}.`,
      {},
      cause,
    );
  }
}
