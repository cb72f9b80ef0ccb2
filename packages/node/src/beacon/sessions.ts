import { decodeSelection, type Epoch, rosterRoot, type Session, sessionId } from '@ios/drp';
import type { BeaconPosition } from './position.ts';

type Place = Pick<BeaconPosition, 'attempt' | 'withheld'>;

/** The session that a seat leads in a view of an attempt. */
export const sessionAt = ({ attempt, withheld }: Place, view: number, client: number): Session => ({
  attempt,
  view,
  client,
  excluded: [...withheld].sort((a, b) => a - b),
});

/** The names of an epoch's sessions; the root of the roster is in each of them, and is computed once. */
export interface Sessions {
  /** What names a session, 32 bytes. */
  idOf(session: Session): Uint8Array;
  /** Whether a selection is one of a session. */
  isOf(session: Session, selection: Uint8Array): boolean;
  /** The session that a selection is of, among those of the views up to `lastView`: a selection names it by its hash alone. */
  find(place: Place, lastView: number, selection: Uint8Array): Session | undefined;
}

/** The names of an epoch's sessions. */
export const sessionsOf = (epoch: Epoch): Sessions => {
  const root = rosterRoot(epoch.roster);
  const idOf = (session: Session): Uint8Array => sessionId(epoch, session, root);
  const isNamed = (session: Session, named: Uint8Array): boolean => Buffer.compare(named, idOf(session)) === 0;
  return {
    idOf,
    isOf(session, selection) {
      const named = decodeSelection(selection)?.session;
      return named !== undefined && isNamed(session, named);
    },
    find(place, lastView, selection) {
      const named = decodeSelection(selection)?.session;
      if (named === undefined) return undefined;
      for (let view = 0; view <= lastView; view++)
        for (let client = 0; client < epoch.roster.length; client++) {
          const session = sessionAt(place, view, client);
          if (isNamed(session, named)) return session;
        }
      return undefined;
    },
  };
};
