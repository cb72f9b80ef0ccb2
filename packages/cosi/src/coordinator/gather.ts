import { treeOf } from '../config.ts';
import { equalEntries } from '../entry.ts';
import type { Commitment } from '../messages.ts';
import { parentOf } from '../tree.ts';
import { exclude, kill } from './blame.ts';
import { check } from './checks.ts';
import { ask, cameWell } from './spread.ts';
import { ALTERED, change, type Draft, type Item, OWED, output, type Session, score, WITHHELD } from './state.ts';

type EntryItem = Extract<Item, { of: 'entry' }>;
type RefusalItem = Extract<Item, { of: 'refusal' }>;

/** Entries came: those that may be new are verified in one batch. */
export const onEntries = (draft: Draft, session: Session, from: number, commitments: readonly Commitment[]): void => {
  const items = commitments
    .filter((commitment) => isNews(draft, session, from, commitment))
    .map((commitment): Item => ({ of: 'entry', ...commitment, refusing: undefined }));
  check(draft, session, from, items);
};

/** A cosigner says that the list of an attempt does not have its entry: nobody's fault that can be told. */
export const onMismatch = (
  draft: Draft,
  session: Session,
  from: number,
  attempt: number,
  commitment: Commitment,
): void => {
  const { entry } = commitment;
  const listed = session.attempts[attempt]?.list.find(({ index }) => index === from);
  if (entry.index !== from) return;
  if (listed === undefined) return onEntries(draft, session, from, [commitment]);
  if (session.members[from]!.pending !== attempt || equalEntries(listed, entry)) return;
  check(draft, session, from, [{ of: 'entry', ...commitment, refusing: attempt }]);
};

/** A cosigner will not sign: by its own word, and to us. */
export const onRefusal = (
  draft: Draft,
  session: Session,
  from: number,
  reason: Uint8Array,
  signature: Uint8Array,
): void => {
  if (session.members[from]!.standing !== 'in' || reason.length > 256) return;
  check(draft, session, from, [{ of: 'refusal', reason, signature }]);
};

/** Whether an entry may replace what is known: a relay brings first entries alone, their owners newer ones too. */
const isNews = (draft: Draft, session: Session, from: number, { serial, entry }: Commitment): boolean => {
  const member = session.members[entry.index];
  if (member === undefined || member.standing !== 'in' || !cameWell(draft, from, entry.index)) return false;
  if (from !== entry.index) return serial === 0 && member.serial < 0 && member.suspect !== from;
  if (serial !== member.serial) return serial > member.serial;
  return member.entry !== undefined && !equalEntries(member.entry, entry);
};

/** An entry that verifies: it stands for the next list. */
export const acceptEntry = (draft: Draft, session: Session, from: number, item: EntryItem): void => {
  const { entry, serial, refusing } = item;
  const { pending, standing } = session.members[entry.index]!;
  if (refusing === undefined ? !isNews(draft, session, from, item) : pending !== refusing || standing !== 'in') return;
  const member = change(draft, session, entry.index);
  if (refusing === undefined) {
    if (from === entry.index) judgeRelay(draft, session, entry.index);
  } else {
    member.pending = undefined;
    member.lapsed = true;
    score(draft, entry.index, OWED);
    kill(draft, session, session.attempts[refusing]!);
  }
  // Only the first of a session speaks for it: more of them cost nothing.
  if (member.serial < 0) score(draft, entry.index, 1);
  member.entry = entry;
  member.serial = serial;
  member.arrival = session.arrivals++;
};

/** An entry that does not verify: its sender's fault, if that is its author; else its author is asked. */
export const onBadEntry = (draft: Draft, session: Session, from: number, { entry }: EntryItem): void => {
  if (draft.rules.blames(from, entry.index)) return exclude(draft, session, entry.index, 'entry');
  change(draft, session, entry.index).suspect = from;
  ask(draft, session, entry.index);
};

/** A refusal that verifies: attempts that wait for this cosigner are over. */
export const acceptRefusal = (draft: Draft, own: Session, from: number, item: RefusalItem): void => {
  if (own.members[from]!.standing !== 'in') return;
  const member = change(draft, own, from);
  member.standing = 'refused';
  for (const attempt of own.attempts) {
    if (member.pending !== attempt.number) continue;
    score(draft, from, OWED);
    kill(draft, own, attempt);
  }
  const { reason, signature } = item;
  output(draft, { type: 'refused', session: own.session, index: from, reason, signature });
};

/** An entry came from its owner that the relay above it should have brought, or brought otherwise. */
const judgeRelay = (draft: Draft, session: Session, index: number): void => {
  const member = change(draft, session, index);
  const { self } = draft.config;
  if (member.suspect !== undefined) score(draft, member.suspect, ALTERED);
  else if (member.asked >= 0 && member.serial < 0) {
    const relay = parentOf(treeOf(draft.config, self), index);
    if (relay !== undefined && relay !== self && session.members[relay]!.serial >= 0) score(draft, relay, WITHHELD);
  }
  member.suspect = undefined;
};
