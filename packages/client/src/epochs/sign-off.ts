import * as P from 'micro-packed';
import type { TrustedNetwork } from '../finality/committee.ts';
import { BEACON_INSTANCE, signOffDigest } from './beacon-value.ts';
import { type Claimed, claimOf } from './certified.ts';
import { strictly } from './coders.ts';

/** What shows that a selection was decided: it is the proof of its sign-off. */
export interface SelectionDecision {
  /** u32. */
  readonly attempt: number;
  /** Height of the beacon that decided it, u32. */
  readonly height: number;
  /** Encoded commit certificate. */
  readonly certificate: Uint8Array;
}

const decision: P.CoderType<SelectionDecision> = /* @__PURE__ */ P.struct({
  attempt: P.U32BE,
  height: P.U32BE,
  certificate: P.bytes(null),
});

/** The one encoding: attempt u32, height u32, encoded commit certificate. */
export const encodeSelectionDecision = (value: SelectionDecision): Uint8Array => decision.encode(value);

/** Decodes it, or undefined; whether the certificate is one is for {@link selectionClaim} to say. */
export const decodeSelectionDecision = (bytes: Uint8Array): SelectionDecision | undefined =>
  strictly(() => decision.decode(bytes));

/**
 * What has to hold for `decided` to sign off a selection for `epoch`; undefined where it cannot: only even heights of the beacon
 * decide selections.
 * @param selectionDigest - H(session, selection) as `@ios/drp` computes it, 32 bytes
 */
export const selectionClaim = (
  network: Pick<TrustedNetwork, 'chain' | 'committee'>,
  epoch: number,
  { attempt, height, certificate }: SelectionDecision,
  selectionDigest: Uint8Array,
): Claimed | undefined => {
  if (height % 2 !== 0) return undefined;
  const digest = signOffDigest(epoch, attempt, selectionDigest);
  return claimOf(network, { instance: BEACON_INSTANCE, epoch, height, digest }, certificate);
};
