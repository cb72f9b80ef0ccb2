import type { BeaconValue } from '@ios/client/epochs';
import { type DrpOutput, decodeSelection } from '@ios/drp';
import type { BeaconPosition, SignedSelection } from './position.ts';

/** What came of the selection that is being opened, as a node sees it. */
export type Outcome =
  | { readonly kind: 'output'; readonly randomness: Uint8Array }
  | { readonly kind: 'failed'; readonly withholders: readonly number[] };

/** A value that an odd height decides. */
export type OutcomeValue = Exclude<BeaconValue, { kind: 'selection' }>;

/**
 * What an output of a run says of the selection that was signed off, undefined where it says nothing: of another attempt, or
 * another view of this one, nothing follows.
 */
export const outcomeOf = (output: DrpOutput, selection: SignedSelection | undefined): Outcome | undefined => {
  if (selection === undefined) return undefined;
  if (output.type === 'recovered') {
    const isOfIt = Buffer.compare(output.digest, selection.digest) === 0;
    return isOfIt ? { kind: 'output', randomness: output.output } : undefined;
  }
  if (output.type !== 'waiting' || output.phase !== 'decrypt') return undefined;
  const session = decodeSelection(selection.bytes)?.session;
  const isOfIt = session !== undefined && Buffer.compare(output.id, session) === 0;
  return isOfIt ? { kind: 'failed', withholders: output.servers } : undefined;
};

/** What a node proposes at an odd height that found this. */
export const outcomeValue = ({ epoch, attempt, selection }: BeaconPosition, found: Outcome): OutcomeValue =>
  found.kind === 'output'
    ? { kind: 'output', epoch, attempt, selection: selection!.digest, randomness: found.randomness }
    : { kind: 'failed', epoch, attempt, withholders: found.withholders };

/** Why a value is refused by a node that found this: another output, or a failure that it does not see or that names others. */
export const objection = (position: BeaconPosition, found: Outcome, value: OutcomeValue): string | undefined => {
  if (value.kind === 'output') {
    const own = outcomeValue(position, found);
    const isSame =
      own.kind === 'output' &&
      Buffer.compare(own.randomness, value.randomness) === 0 &&
      Buffer.compare(own.selection, value.selection) === 0;
    return isSame ? undefined : 'the shares give another output';
  }
  if (found.kind === 'output') return 'the attempt did not fail';
  const isMissed = value.withholders.length > 0 && value.withholders.every((seat) => found.withholders.includes(seat));
  return isMissed ? undefined : 'it names who did not withhold';
};
