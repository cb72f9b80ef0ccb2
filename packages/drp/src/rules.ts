import type { Layout } from './layout.ts';
import { type Selection, type SelectionFlaw, selectionFlaw } from './selection.ts';

/** The rules that the machine keeps, to be broken one at a time in tests. */
export interface Rules {
  /** What is wrong with a selection before its dealings are looked at. */
  readonly selectionFlaw: (layout: Layout, selection: Selection) => SelectionFlaw | undefined;
  /** Whether a selection is valid only once the bytes of all its dealings are here. */
  readonly holdsDealings: boolean;
  /** Whether dealings of a selection are verified here, rather than taken from the client's word. */
  readonly verifiesDealings: boolean;
  /** Whether shares are verified. */
  readonly verifiesShares: boolean;
  /** Whether one selection alone of an attempt is decrypted, across restarts. */
  readonly decryptsOnce: boolean;
  /** Whether a client keeps to the selection that it made before a restart. */
  readonly selectsOnce: boolean;
  /** Whether shares go to all servers, rather than to the client. */
  readonly sharesWithAll: boolean;
  /** Whether who is silent is asked again, and whether others are asked for what one does not give. */
  readonly asksAgain: boolean;
}

/** All of them kept. */
export const soundRules: Rules = {
  selectionFlaw,
  holdsDealings: true,
  verifiesDealings: true,
  verifiesShares: true,
  decryptsOnce: true,
  selectsOnce: true,
  sharesWithAll: true,
  asksAgain: true,
};
