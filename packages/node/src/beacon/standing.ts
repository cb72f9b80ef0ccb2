import type { Making } from './making.ts';
import type { BeaconPosition } from './position.ts';

/** Where the beacon of a node stands, as its parts see it: it changes under their eyes. */
export interface Standing {
  readonly position: BeaconPosition;
  /** View of the height that is being decided. */
  readonly view: number;
  /** What is under way for the epoch; undefined at an observer. */
  readonly making: Making | undefined;
  /** Whether all is fixed that the randomness chooses among: the record before it is final. */
  readonly mayBegin: boolean;
}
