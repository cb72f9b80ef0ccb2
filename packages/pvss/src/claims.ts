import type { Element, Group } from '@ios/crypto/group';
import { nonZeroWeight, weightStream, type Xof } from '@ios/crypto/transcript';
import { modulo } from './polynomial.ts';

/** Equations that hold if, and only if, what a peer sent is right. */
export interface Claim {
  /** 32 bytes that bind all of what the equations are made of. */
  readonly digest: Uint8Array;
  /** Adds every equation to the sum, each times a weight of its own. */
  addTo(sum: WeightedSum, weight: () => bigint): void;
}

/** A sum of multiples of elements, computed once: multiples of one element object become one term. */
export interface WeightedSum {
  /** Adds a multiple of an element that occurs once. */
  add(element: Element, scalar: bigint): void;
  /** Adds a multiple of an element that occurs often: a generator, a share key. */
  merge(element: Element, scalar: bigint): void;
}

/**
 * The places of the claims that do not hold, ascending. All are checked by one multi-scalar multiplication; only where
 * that fails, each is checked alone.
 * @param claims - undefined for what is wrong already
 * @param freshBytes - 32 bytes, drawn after the claims were fixed: weights that a peer can foresee let errors cancel
 */
export const placesOfFalse = (
  group: Group,
  tag: string,
  claims: readonly (Claim | undefined)[],
  freshBytes: Uint8Array,
): number[] => {
  const open = claims.filter((claim) => claim !== undefined);
  const weights = weightStream(
    tag,
    freshBytes,
    open.map(({ digest }) => digest),
  );
  const all = hold(group, open, weights);
  return claims.flatMap((claim, place) => {
    if (claim === undefined) return [place];
    return all || (open.length > 1 && hold(group, [claim], weights)) ? [] : [place];
  });
};

const hold = (group: Group, claims: readonly Claim[], weights: Xof): boolean => {
  const elements: Element[] = [];
  const scalars: bigint[] = [];
  const shared = new Map<Element, bigint>();
  const sum: WeightedSum = {
    add: (element, scalar) => {
      elements.push(element);
      scalars.push(modulo(scalar, group.order));
    },
    merge: (element, scalar) => void shared.set(element, (shared.get(element) ?? 0n) + scalar),
  };
  for (const claim of claims) claim.addTo(sum, () => nonZeroWeight(weights, group.order));
  for (const [element, scalar] of shared) sum.add(element, scalar);
  return group.multiScalarMultiply(elements, scalars).equals(group.identity);
};
