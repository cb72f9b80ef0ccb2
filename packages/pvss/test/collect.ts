import type { Element, Group } from '@ios/crypto/group';
import type { Claim } from '../src/claims.ts';

/** Whether a claim's sum vanishes under weights of one's choice: what a verifier with bad weights would see. */
export const vanishesUnder = (group: Group, claim: Claim | undefined, weights: readonly bigint[]): boolean => {
  if (claim === undefined) return false;
  let sum = group.identity;
  const add = (element: Element, scalar: bigint): void => {
    sum = sum.add(element.multiply(((scalar % group.order) + group.order) % group.order));
  };
  let next = 0;
  claim.addTo({ add, merge: add }, () => weights[next++ % weights.length]!);
  return sum.equals(group.identity);
};
