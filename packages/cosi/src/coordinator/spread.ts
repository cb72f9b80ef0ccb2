import { treeOf } from '../config.ts';
import { encodeMessage } from '../messages.ts';
import { branchOf, parentOf } from '../tree.ts';
import {
  type Attempt,
  change,
  type Draft,
  indicesWhere,
  type Member,
  type Session,
  sendBytes,
  sendTo,
} from './state.ts';

/** Whether what `from` sent of `author` came as the tree has it: from itself, or through the child of ours above it. */
export const cameWell = ({ config }: Draft, from: number, author: number): boolean =>
  from === author || branchOf(treeOf(config, config.self), config.self, author) === from;

/** Sends the announcement down the tree, and past relays that were silent before. */
export const spreadAnnouncement = (draft: Draft, session: Session): void => {
  if (session.announcement === undefined) return;
  sendBytes(
    draft,
    headsOf(draft, session.members.keys(), () => true),
    session.announcement,
  );
};

/** Sends the first list down the tree, and past relays that are not in it or were silent before. */
export const spreadList = (draft: Draft, attempt: Attempt): void =>
  sendBytes(draft, headsOfList(draft, attempt), attempt.bytes!);

/** To whom the first list goes straight from here, and who answers it straight. */
export const headsOfList = (draft: Draft, { list }: Attempt): number[] => {
  const members = new Set(list.map(({ index }) => index));
  return headsOf(draft, members, (relay) => members.has(relay));
};

/** Tells those below a relay of bad score that we hear them directly. */
export const askPastRelays = (draft: Draft, session: Session): void => {
  const { self } = draft.config;
  const tree = treeOf(draft.config, self);
  for (const index of session.members.keys()) {
    const parent = parentOf(tree, index);
    if (parent !== undefined && parent !== self && draft.scores[parent]! < 0) ask(draft, session, index);
  }
};

/** Asks every cosigner that could give an entry and has not for one; those that never said a word get the announcement too. */
export const askSilent = (draft: Draft, session: Session): void => {
  if (!draft.rules.contactsSilent || (session.attempts.length > 0 && !session.wanting)) return;
  for (const index of indicesWhere(session, (member) => lacksEntry(draft, member))) {
    if (session.announcement !== undefined && session.members[index]!.serial < 0)
      sendBytes(draft, [index], session.announcement);
    ask(draft, session, index);
  }
};

/** Asks for another entry whoever was not asked for it yet. */
export const askFree = (draft: Draft, session: Session): void => {
  for (const index of indicesWhere(session, (member) => lacksEntry(draft, member) && member.asked <= member.serial))
    ask(draft, session, index);
};

/** Asks one cosigner for an entry that it did not give yet. */
export const ask = (draft: Draft, own: Session, index: number): void => {
  const member = change(draft, own, index);
  member.asked = member.serial + 1;
  const { session } = own;
  sendTo(draft, index, { TAG: 'ask', data: { session, coordinator: draft.config.self, serial: member.asked } });
};

const lacksEntry = ({ rules }: Draft, { standing, entry, pending }: Readonly<Member>): boolean =>
  standing === 'in' && entry === undefined && (pending === undefined || !rules.sparesPending);

/** Sends the list of an attempt to those that owe a response to it. */
export const remind = (draft: Draft, session: Session, { number, bytes }: Attempt): boolean => {
  const owing = indicesWhere(session, ({ pending, standing }) => pending === number && standing === 'in');
  if (bytes !== undefined && draft.rules.contactsSilent) sendBytes(draft, owing, bytes);
  return owing.length > 0;
};

/** Those of `all` that nobody passes on to: the root, and whoever has the root or an unreliable relay above. */
const headsOf = (draft: Draft, all: Iterable<number>, relays: (index: number) => boolean): number[] => {
  const { self } = draft.config;
  const tree = treeOf(draft.config, self);
  return [...all].filter((index) => {
    const parent = parentOf(tree, index);
    return parent === undefined || parent === self || !relays(parent) || draft.scores[parent]! < 0;
  });
};

/** The encoded list of an attempt under the coordinator's signature. */
export const encodeAttempt = (
  draft: Draft,
  own: Session,
  { number, list }: Attempt,
  signature: Uint8Array,
): Uint8Array => {
  const { session, digest } = own;
  return encodeMessage({
    TAG: 'list',
    data: { session, coordinator: draft.config.self, attempt: number, digest, list, signature },
  });
};
