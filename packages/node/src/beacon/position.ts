import type { Decision } from '@ios/bft';
import { type BeaconValue, decodeBeaconValue, withheldAfter } from '@ios/client/epochs';
import { selectionDigest } from '@ios/drp';
import { NodeError } from '../errors.ts';

/** Even heights of the beacon decide a selection, odd ones what came of it. */
export const FIRST_BEACON_HEIGHT = 2;

/** A selection that was signed off, and waits to be opened. */
export interface SignedSelection {
  /** As `@ios/drp` encodes it. */
  readonly bytes: Uint8Array;
  /** H(session, selection), 32 bytes. */
  readonly digest: Uint8Array;
  /** The decision that signs it off. */
  readonly decision: Decision;
}

/** Where the beacon stands after its last decision: a function of its decisions alone. */
export interface BeaconPosition {
  /** Height of the next decision. */
  readonly height: number;
  /** Whose randomness is made. */
  readonly epoch: number;
  readonly attempt: number;
  /** Seats that withheld what an attempt of this epoch needed, the latest last, f at most: they neither deal nor lead. */
  readonly withheld: readonly number[];
  /** At odd heights. */
  readonly selection: SignedSelection | undefined;
}

/** Before the first decision: rnd(1) is made, for rnd(0) follows from genesis. */
export const FIRST_POSITION: BeaconPosition = {
  height: FIRST_BEACON_HEIGHT,
  epoch: 1,
  attempt: 0,
  withheld: [],
  selection: undefined,
};

/**
 * The position after a decision, among `n` seats. @throws NodeError `diverged` for one that cannot follow: more than f of the
 * roster are faulty, or the data folder is damaged.
 */
export const afterDecision = (position: BeaconPosition, decision: Decision, n: number): BeaconPosition => {
  const value = decodeBeaconValue(decision.value);
  if (value === undefined || !follows(position, value))
    throw new NodeError('diverged', 'the beacon decided what cannot follow', { height: decision.height });
  const height = decision.height + 1;
  switch (value.kind) {
    case 'selection': {
      const { selection: bytes } = value;
      return { ...position, height, selection: { bytes, digest: selectionDigest(bytes), decision } };
    }
    case 'output':
      return { height, epoch: position.epoch + 1, attempt: 0, withheld: [], selection: undefined };
    case 'failed':
      return {
        ...position,
        height,
        attempt: position.attempt + 1,
        withheld: withheldAfter(position.withheld, value.withholders, n),
        selection: undefined,
      };
  }
};

/** Whether a value is of the epoch, the attempt and the kind that a height decides. */
export const follows = ({ height, epoch, attempt }: BeaconPosition, value: BeaconValue): boolean =>
  value.epoch === epoch && value.attempt === attempt && (value.kind === 'selection') === (height % 2 === 0);
