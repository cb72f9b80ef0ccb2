import type { DealingContext } from '@ios/pvss';
import { type Epoch, type Session, sessionId } from './epoch.ts';
import { type Group, grouping } from './grouping.ts';

/** What everybody computes alone of one session. */
export interface Layout {
  /** Id of the session, 32 bytes. */
  readonly id: Uint8Array;
  readonly session: Session;
  readonly groups: readonly Group[];
  /**
   * Who may not deal: the excluded of the session, but none of a group in which fewer than t members would be left, since a
   * selection needs t of each.
   */
  readonly barred: ReadonlySet<number>;
  /** By server: its group, and its place among the members. */
  readonly seats: readonly { readonly group: number; readonly place: number }[];
  /** By server: what its dealing is bound to. Those of a group share their list of keys. */
  readonly contexts: readonly DealingContext[];
}

/**
 * The layout of a session.
 * @throws DrpError `out-of-range` for a client that is not in the roster, `insecure` for groups that are too weak
 */
export const layoutOf = (epoch: Epoch, session: Session): Layout => {
  const id = sessionId(epoch, session);
  const groups = grouping(id, epoch.roster.length, epoch.policy);
  const seats: { group: number; place: number }[] = [];
  const contexts: DealingContext[] = [];
  groups.forEach(({ members, threshold }, group) => {
    const publicKeys = members.map((server) => epoch.roster[server]!.share);
    members.forEach((server, place) => {
      seats[server] = { group, place };
      contexts[server] = { session: id, dealer: epoch.roster[server]!.identity, threshold, publicKeys };
    });
  });
  const barred = groups.flatMap(({ members, threshold }) => {
    const excluded = members.filter((server) => session.excluded.includes(server));
    return members.length - excluded.length >= threshold ? excluded : [];
  });
  return { id, session, groups, barred: new Set(barred), seats, contexts };
};
