import type { Clock } from '../clock.ts';
import type { Entropy } from '../entropy.ts';

/** First wait after a failure, in ms; doubled after each further one. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 15_000;
/** How long, in ms, the side that is not the first to dial leaves it to the other. */
const PATIENCE = 2_000;
/** Dials under way at once: a handshake costs tens of milliseconds of processor time, and all have a time limit. */
const PARALLEL = 8;

/** Decides when absent peers are dialled. */
export interface Dialer {
  /** Dials until told otherwise, ever more rarely; after `pause` it goes on where it was. */
  seek(peer: string): void;
  /** A connection is open and being tried out: no dialling, but nothing is forgotten. */
  pause(peer: string): void;
  /** The connection serves, or the peer is wanted no more: the next `seek` begins anew. */
  forget(peer: string): void;
  /** Forgets the peers for which `wanted` says no. */
  retain(wanted: (peer: string) => boolean): void;
  /** The peer can be reached but not used: the next dial, and every later one, comes after the longest wait. */
  shun(peer: string): void;
  stop(): void;
}

interface Search {
  failures: number;
  /** Cancels the timer that is running, if one is. */
  cancel: (() => void) | undefined;
  dialling: boolean;
  paused: boolean;
}

const waitOf = ({ failures }: Search): number => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
const newSearch = (failures: number): Search => ({ failures, cancel: undefined, dialling: false, paused: false });

/**
 * Of two peers the one with the lower name dials; the other does so only when it has waited in vain, so that two dials
 * seldom cross. Waits are multiplied by a half to one and a half, or nodes that lost the same link would all dial at
 * once. `dial` is called once at a time for a peer, and resolves when the attempt is over, whatever came of it.
 */
export function createDialer({
  self,
  clock,
  entropy,
  dial,
}: {
  readonly self: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly dial: (peer: string) => Promise<void>;
}): Dialer {
  const searches = new Map<string, Search>();
  /** Peers whose wait is over, in order. */
  const due: [peer: string, search: Search][] = [];
  let dialling = 0;

  const spread = (ms: number): number => {
    const [high, low] = entropy(2);
    return ms * (0.5 + (high! * 256 + low!) / 65536);
  };
  const isCurrent = (peer: string, search: Search): boolean => searches.get(peer) === search && !search.paused;
  const wait = (peer: string, search: Search, ms: number): void => {
    search.cancel?.();
    search.cancel = clock.setTimeout(() => {
      search.cancel = undefined;
      due.push([peer, search]);
      dialDue();
    }, spread(ms));
  };
  const dialDue = (): void => {
    while (dialling < PARALLEL && due.length > 0) {
      const [peer, search] = due.shift()!;
      if (isCurrent(peer, search) && !search.dialling) void attempt(peer, search);
    }
  };
  const attempt = async (peer: string, search: Search): Promise<void> => {
    search.cancel?.();
    search.failures += 1;
    search.dialling = true;
    dialling += 1;
    await dial(peer);
    dialling -= 1;
    search.dialling = false;
    if (isCurrent(peer, search)) wait(peer, search, waitOf(search));
    dialDue();
  };
  const forget = (peer: string): void => {
    searches.get(peer)?.cancel?.();
    searches.delete(peer);
  };

  return {
    seek(peer) {
      const known = searches.get(peer);
      if (known === undefined) {
        const search = newSearch(0);
        searches.set(peer, search);
        wait(peer, search, self < peer ? FIRST_WAIT / 2 : PATIENCE);
      } else if (known.paused) {
        known.paused = false;
        if (!known.dialling) wait(peer, known, waitOf(known));
      }
    },
    pause(peer) {
      const search = searches.get(peer);
      if (search === undefined) return;
      search.paused = true;
      search.cancel?.();
      search.cancel = undefined;
    },
    forget,
    retain(wanted) {
      for (const peer of [...searches.keys()]) if (!wanted(peer)) forget(peer);
    },
    shun(peer) {
      forget(peer);
      const search = newSearch(30);
      searches.set(peer, search);
      wait(peer, search, LONGEST_WAIT);
    },
    stop() {
      for (const peer of [...searches.keys()]) forget(peer);
    },
  };
}
