import { type DrpOutput, decodeSelection } from '@ios/drp';
import type { SignedSelection } from './position.ts';

/** What came of the selection that is being opened, as a node sees it. */
export type Outcome =
  | { readonly kind: 'output'; readonly randomness: Uint8Array }
  | { readonly kind: 'failed'; readonly withholders: readonly number[] };

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
