import type { DealingContext } from '@ios/pvss';
import { type Epoch, type Session, sessionId } from './epoch.ts';
import { type Group, grouping } from './grouping.ts';

/** What everybody computes alone of one session. */
export interface Layout {
  /** Id of the session, 32 bytes. */
  readonly id: Uint8Array;
  readonly session: Session;
  readonly groups: readonly Group[];
  /** By server: its group, and its place among the members. */
  readonly seats: readonly { readonly group: number; readonly place: number }[];
}

/**
 * The layout of a session.
 * @throws DrpError `out-of-range` for a client that is not in the roster, `insecure` for groups that are too weak
 */
export const layoutOf = (epoch: Epoch, session: Session): Layout => {
  const id = sessionId(epoch, session);
  const groups = grouping(id, epoch.roster.length, epoch.policy);
  const seats: { group: number; place: number }[] = [];
  groups.forEach(({ members }, group) => {
    members.forEach((server, place) => {
      seats[server] = { group, place };
    });
  });
  return { id, session, groups, seats };
};

/** Whether enough members of each group may deal for a selection to exist. */
export const canSelect = ({ groups, session }: Layout): boolean =>
  groups.every(
    ({ members, threshold }) => members.filter((server) => !session.excluded.includes(server)).length >= threshold,
  );

/** What the dealing of a server is bound to. */
export const contextOf = ({ roster }: Pick<Epoch, 'roster'>, layout: Layout, dealer: number): DealingContext => {
  const { members, threshold } = layout.groups[layout.seats[dealer]!.group]!;
  const publicKeys = members.map((server) => roster[server]!.share);
  return { session: layout.id, dealer: roster[dealer]!.identity, threshold, publicKeys };
};
