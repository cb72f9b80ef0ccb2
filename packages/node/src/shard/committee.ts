import { rotation, type Schedule } from '@ios/bft';
import { SHARD } from '@ios/client';
import { permutation } from '@ios/crypto/permutation';

export { committeeOf, NO_STEP_ENTRY, SHARD } from '@ios/client';

/**
 * Leaders of a shard: permutation(rnd, shard)[(height + view) mod n], with the randomness of the height's epoch (whitepaper
 * section 5). `randomnessAt` gives it for the height that is being decided and the one before.
 */
export const shardSchedule = (
  randomnessAt: (height: number) => Uint8Array,
  members: number,
  { baseTimeoutMs, maxTimeoutMs }: { readonly baseTimeoutMs: number; readonly maxTimeoutMs: number },
): Schedule => {
  const rotations = new WeakMap<Uint8Array, Schedule>();
  const rotationAt = (height: number): Schedule => {
    const randomness = randomnessAt(height);
    const known = rotations.get(randomness);
    if (known !== undefined) return known;
    const order = permutation(randomness, `ios/node/v1/leaders/${SHARD}`, members);
    const made = rotation({ order, baseTimeout: baseTimeoutMs, maxTimeout: maxTimeoutMs });
    rotations.set(randomness, made);
    return made;
  };
  return {
    leader: (height, view, opening) => rotationAt(height).leader(height, view, opening),
    timeout: (height, view) => rotationAt(height).timeout(height, view),
    attachment: (height, view) => rotationAt(height).attachment(height, view),
    checkAttachment: (height, view, member, attachment) =>
      rotationAt(height).checkAttachment(height, view, member, attachment),
  };
};
