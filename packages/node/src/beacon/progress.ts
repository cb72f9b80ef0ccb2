import type { Committee } from '@ios/bft';
import { electionViewOf } from '@ios/vrf-sortition';
import type { BeaconPhase, BeaconProgress } from '../service.ts';
import type { Elections } from './elections.ts';
import type { BeaconPosition } from './position.ts';

/** What is under way at a height of the beacon. */
export interface UnderWay {
  readonly view: number;
  /** The seat that leads view 0 of an odd height: its selection is opened. */
  readonly client: number | undefined;
  /** Whether this node holds the proposal of the view. */
  readonly isProposed: boolean;
  /** Whether this node knows what came of the selection. */
  readonly isSettled: boolean;
}

/** How far a beacon is; `elections` are those that it takes part in now, if any. */
export const progressOf = (
  committee: Committee,
  { height, epoch, attempt, selection, withheld }: BeaconPosition,
  elections: Pick<Elections, 'waitedFor' | 'excluded'> | undefined,
  { view, client, isProposed, isSettled }: UnderWay,
): BeaconProgress => {
  const leader = elections && ((view === 0 ? client : undefined) ?? elections.waitedFor(height, view));
  const phase = (): BeaconPhase => {
    if (elections === undefined) return 'idle';
    if (selection !== undefined) return isSettled ? 'output' : 'recovery';
    if (leader === undefined) return 'lottery';
    return isProposed ? 'sign-off' : 'dealing';
  };
  const nameOf = (seat: number): string => committee[seat]!.peer;
  return {
    epoch,
    attempt,
    electionView: electionViewOf(view),
    phase: phase(),
    leader: leader === undefined ? undefined : nameOf(leader),
    excluded: (elections?.excluded() ?? []).map(nameOf),
    withheld: withheld.map(nameOf),
  };
};
