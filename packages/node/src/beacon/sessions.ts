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

/** Whether a selection is one of a session. */
export const isOf = (epoch: Epoch, session: Session, selection: Uint8Array): boolean => {
  const named = decodeSelection(selection)?.session;
  return named !== undefined && Buffer.compare(named, sessionId(epoch, session)) === 0;
};

/** The session that a selection is of, among those of the views up to `lastView`: a selection names it by its hash alone. */
export const findSession = (
  epoch: Epoch,
  place: Place,
  lastView: number,
  selection: Uint8Array,
): Session | undefined => {
  const named = decodeSelection(selection)?.session;
  if (named === undefined) return undefined;
  const root = rosterRoot(epoch.roster);
  for (let view = 0; view <= lastView; view++)
    for (let client = 0; client < epoch.roster.length; client++) {
      const session = sessionAt(place, view, client);
      if (Buffer.compare(named, sessionId(epoch, session, root)) === 0) return session;
    }
  return undefined;
};
