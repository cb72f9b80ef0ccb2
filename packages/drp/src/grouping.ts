import { permutation } from '@ios/crypto/permutation';
import type { Policy } from './epoch.ts';
import { DrpError } from './errors.ts';

/** Servers that deal to each other. */
export interface Group {
  /** Their indices in the roster, ascending; share i of a dealing is for member i. */
  readonly members: readonly number[];
  /** t: as many shares recover a secret, and as many dealers at least are selected. */
  readonly threshold: number;
}

/** The sizes of the groups that n servers are cut into: ceil(n / c) of them, the larger ones first. */
export const groupSizes = (n: number, { groupSize, oneGroupUpTo }: Policy): number[] => {
  const count = n <= oneGroupUpTo ? 1 : Math.ceil(n / groupSize);
  return Array.from({ length: count }, (_, l) => Math.floor(n / count) + (l < n % count ? 1 : 0));
};

/** t of a group of `size`: floor(size / 3) + 1. */
export const thresholdOf = (size: number): number => Math.floor(size / 3) + 1;

/**
 * Refuses groups whose thresholds do not add up to more than f: then f servers could know every selected secret.
 * @throws DrpError `insecure`
 */
export const checkThresholds = (n: number, policy: Policy): void => {
  const sum = groupSizes(n, policy).reduce((total, size) => total + thresholdOf(size), 0);
  if (sum <= policy.faults)
    throw new DrpError('insecure', 'the thresholds of the groups must add up to more than f', {
      n,
      sum,
      faults: policy.faults,
    });
};

/**
 * The groups of a session: the servers in the order of a permutation from its id, cut in runs.
 * @param session - id of the session, 32 bytes
 * @throws DrpError `insecure` unless the thresholds add up to more than f
 */
export const grouping = (session: Uint8Array, n: number, policy: Policy): Group[] => {
  checkThresholds(n, policy);
  const order = permutation(session, 'ios/drp/v1/groups', n);
  let from = 0;
  return groupSizes(n, policy).map((size) => {
    const members = order.slice(from, from + size).sort((a, b) => a - b);
    from += size;
    return { members, threshold: thresholdOf(size) };
  });
};
