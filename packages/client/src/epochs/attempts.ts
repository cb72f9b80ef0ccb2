import { faults } from '@ios/bft';

/** What the runs of DRP of a network demand; as `Policy` of `@ios/drp` has it. */
export interface BeaconPolicy {
  readonly faults: number;
  readonly groupSize: number;
  readonly oneGroupUpTo: number;
  readonly biasBits: number;
}

/**
 * Up to 128 validators are one group, in which f cannot bias anything; of more, groups are as large as that, and f bias an attempt
 * with a chance below 2^-40, whatever the number up to `MAX_VALIDATORS`: groups of 64 would not do.
 */
export const beaconPolicy = (validators: number): BeaconPolicy => ({
  faults: faults(validators),
  groupSize: 128,
  oneGroupUpTo: 128,
  biasBits: 40,
});

/**
 * Who neither deals nor leads after an attempt failed, f of `validators` at most: the latest named stand last, and the oldest
 * come back first.
 */
export const withheldAfter = (
  withheld: readonly number[],
  withholders: readonly number[],
  validators: number,
): readonly number[] => {
  const kept = withheld.filter((seat) => !withholders.includes(seat));
  const all = [...kept, ...withholders];
  return all.slice(Math.max(0, all.length - faults(validators)));
};
