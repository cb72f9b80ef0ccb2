import type { Node } from '../src/node.ts';

/** When faults end, in ms of virtual time. */
export const BAD_UNTIL = 15_000;
/** How long a validator that crashed is down at most. */
export const MAX_DOWN_MS = 5_000;
/** From here on all honest validators are up and all links hold. */
export const GOOD_FROM: number = BAD_UNTIL + MAX_DOWN_MS;

/** Every honest validator has to hold the record of this epoch in the end. */
const EPOCHS = 3;
/** The time that they have for it in good times: the views of some cheats, whose timeouts have grown in bad times. */
const WITHIN_MS = 60_000;

/** What is looked at of a node. */
export type Seen = Pick<Node, 'recorded' | 'beaconProof'>;

/** What epochs have to come to once all is well again. */
export interface Goals {
  /** The epoch whose record all have to hold: one whose randomness is made in good times, and `EPOCHS` at least. */
  readonly epoch: number;
  /** Until when. */
  readonly until: number;
  /** Whether they do. */
  reached(): boolean;
  /**
   * What is not as it should be, undefined if nothing is: somebody lacks the record, or an attempt of these epochs failed. One
   * of four cheats at most, so t members of the one group are honest, and open what was signed off.
   */
  flaw(): Promise<string | undefined>;
}

/** Looks at the honest validators as good times begin; one that is down has no node. */
export const setGoals = (nodes: () => readonly (Seen | undefined)[]): Goals => {
  const places = (): number[] => nodes().map((node) => node?.recorded() ?? 0);
  const epoch = Math.max(EPOCHS, ...places().map((place) => place + 2));
  const reached = (): boolean => places().every((place) => place >= epoch);
  return {
    epoch,
    until: GOOD_FROM + WITHIN_MS,
    reached,
    async flaw() {
      if (!reached()) return `progress: records ${places().join()}, not ${epoch}`;
      for (let e = 1; e <= epoch; e++) {
        const proofs = await Promise.all(nodes().map((node) => node?.beaconProof(e)));
        const shown = proofs.find((proof) => proof !== undefined);
        if (shown === undefined) return `nobody shows how the randomness of epoch ${e} came about`;
        if (shown.failures.length > 0) return `${shown.failures.length} attempts of epoch ${e} failed`;
      }
      return undefined;
    },
  };
};
