import type { TrustedNetwork } from '../finality/committee.ts';
import { BEACON_INSTANCE, type BeaconValue, decodeBeaconValue, resultDigest } from './beacon-value.ts';
import { type CertifiedValue, type Claimed, claimOf } from './certified.ts';

/** An output of the beacon, and what has to be verified for it to be the decided one. */
export interface OutputClaim extends Claimed {
  readonly output: Extract<BeaconValue, { kind: 'output' }>;
}

/** What has to hold for `certified` to be the decided output of the beacon for `epoch`; undefined where it cannot be. */
export const outputClaim = (
  network: Pick<TrustedNetwork, 'chain' | 'committee'>,
  epoch: number,
  { height, value, certificate }: CertifiedValue,
): OutputClaim | undefined => {
  const output = decodeBeaconValue(value);
  if (output?.kind !== 'output' || output.epoch !== epoch || height % 2 === 0) return undefined;
  const decided = { instance: BEACON_INSTANCE, epoch, height, digest: resultDigest(value) };
  const claim = claimOf(network, decided, certificate);
  return claim && { ...claim, output };
};
