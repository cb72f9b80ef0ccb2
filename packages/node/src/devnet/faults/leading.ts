import type { Speech } from './speech.ts';

/** A view in which this validator led from the beginning. */
export interface Led {
  readonly epoch: number;
  readonly view: number;
}

/** Follows what a validator does as leader, by what it says and hears. */
export interface Leading {
  /** The epoch whose randomness is made, by the last that was said of it. */
  readonly epoch: number;
  /** Takes in what this validator is about to say; the view that it begins to lead with that, if it does. */
  said(speech: Speech): Led | undefined;
  heard(speech: Speech): void;
  /** Whether a proposal is this validator's own: others' are passed on in large committees. */
  isOwn(speech: Speech & { readonly say: 'proposal' }): boolean;
}

/** How many views and proposals are remembered; more are under way only where nothing is decided for hours. */
const REMEMBERED = 256;

export const createLeading = (): Leading => {
  let epoch = 0;
  const begun = new Set<string>();
  const others = new Set<string>();
  const see = (speech: Speech): void => {
    if ('epoch' in speech) epoch = Math.max(epoch, speech.epoch);
  };
  const nameOf = ({ height, view }: { readonly height: number; readonly view: number }): string => `${height}/${view}`;
  return {
    get epoch() {
      return epoch;
    },
    said(speech) {
      see(speech);
      if (speech.say !== 'leads') return undefined;
      const name = `${speech.epoch}/${speech.attempt}/${speech.view}`;
      return remember(begun, name) ? { epoch: speech.epoch, view: speech.view } : undefined;
    },
    heard(speech) {
      see(speech);
      if (speech.say === 'proposal') remember(others, nameOf(speech));
    },
    isOwn: (speech) => !others.has(nameOf(speech)),
  };
};

/** Whether a name is new. */
const remember = (names: Set<string>, name: string): boolean => {
  if (names.has(name)) return false;
  if (names.size >= REMEMBERED) names.clear();
  names.add(name);
  return true;
};
