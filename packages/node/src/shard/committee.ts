import { rotation, type Schedule } from '@ios/bft';
import { SHARD } from '@ios/client';
import { permutation } from '@ios/crypto/permutation';

export { committeeOf, EPOCH, NO_STEP_ENTRY, SHARD } from '@ios/client';

/** Leaders of a shard: permutation(rnd, shard)[(height + view) mod n] (whitepaper section 5). */
export const shardSchedule = (
  randomness: Uint8Array,
  members: number,
  { baseTimeoutMs, maxTimeoutMs }: { readonly baseTimeoutMs: number; readonly maxTimeoutMs: number },
): Schedule =>
  rotation({
    order: permutation(randomness, `ios/node/v1/leaders/${SHARD}`, members),
    baseTimeout: baseTimeoutMs,
    maxTimeout: maxTimeoutMs,
  });
