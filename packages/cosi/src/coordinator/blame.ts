import {
  ALTERED,
  type Attempt,
  change,
  type Draft,
  type FaultKind,
  OWED,
  output,
  type Session,
  score,
  sendBytes,
} from './state.ts';

/** The attempt cannot be completed; whoever owes a response to it owes it still. */
export const kill = (draft: Draft, session: Session, attempt: Attempt): void => {
  if (attempt.dead) return;
  attempt.dead = true;
  openAttempt(draft, session, attempt);
};

/** A fault of a cosigner, seen here: it takes no part in this session any more. */
export const exclude = (draft: Draft, session: Session, index: number, kind: FaultKind): void => {
  if (session.members[index]!.standing === 'excluded') return;
  output(draft, { type: 'fault', session: session.session, index, kind });
  const member = change(draft, session, index);
  if (draft.rules.excludes) member.standing = 'excluded';
  else member.pending = undefined;
  score(draft, index, OWED);
  for (const attempt of session.attempts) {
    const checked = attempt.responses.get(index)?.checked === true;
    if (!checked && attempt.list.some((entry) => entry.index === index)) kill(draft, session, attempt);
  }
};

/**
 * The sum failed, or another attempt is needed before there is one: from now on each response is checked by itself, since who
 * answered wrong must not be in the next.
 */
export const openAttempt = (draft: Draft, session: Session, attempt: Attempt): void => {
  attempt.opened = true;
  for (const [index, { checked }] of [...attempt.responses]) if (!checked) judge(draft, session, attempt, index);
};

/** Checks one response: it holds, or it is its author's fault, or whoever passed it on altered it and the author is asked. */
export const judge = (draft: Draft, session: Session, attempt: Attempt, index: number): void => {
  const { scheme, roster } = draft.config;
  const received = attempt.responses.get(index);
  if (received === undefined || session.members[index]!.standing === 'excluded') return;
  if (scheme.isResponse(roster, attempt.challenge, index, received.s)) {
    attempt.responses.set(index, { ...received, checked: true });
    const relay = attempt.suspects.get(index);
    if (relay !== undefined) score(draft, relay, ALTERED);
    attempt.suspects.delete(index);
    return;
  }
  const entry = attempt.list.find((own) => own.index === index)!;
  if (!scheme.isEntrySound(entry)) return exclude(draft, session, index, 'nonce');
  if (draft.rules.blames(received.from, index)) return exclude(draft, session, index, 'response');
  attempt.responses.delete(index);
  change(draft, session, index).pending ??= attempt.number;
  askAuthor(draft, attempt, received.from, index);
};

/** What a relay passed on in somebody's name does not hold: that one is asked itself. */
export const askAuthor = (draft: Draft, attempt: Attempt, relay: number, index: number): void => {
  attempt.suspects.set(index, relay);
  if (attempt.bytes !== undefined) sendBytes(draft, [index], attempt.bytes);
};
