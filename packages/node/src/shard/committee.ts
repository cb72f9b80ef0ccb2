import { rotation, type Schedule } from '@ios/bft';
import { permutation } from '@ios/crypto/permutation';

export { committeeOf, NO_STEP_ENTRY } from '@ios/client';

/**
 * Leaders that rotate with height and view in an order that randomness gives: permutation(rnd, instance)[(height + view) mod n]
 * (whitepaper section 5).
 * @param randomnessAt - the randomness for the height that is being decided, or was last; 32 bytes, the same array each time
 */
export const leadersBy = (
  instance: string,
  randomnessAt: (height: number) => Uint8Array,
  members: number,
  { baseTimeoutMs, maxTimeoutMs }: { readonly baseTimeoutMs: number; readonly maxTimeoutMs: number },
): Schedule => {
  const rotations = new WeakMap<Uint8Array, Schedule>();
  const rotationAt = (height: number): Schedule => {
    const randomness = randomnessAt(height);
    const known = rotations.get(randomness);
    if (known !== undefined) return known;
    const order = permutation(randomness, `ios/node/v1/leaders/${instance}`, members);
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
