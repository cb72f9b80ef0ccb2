import { equalBytes } from '@noble/curves/utils.js';
import type { Message, Response } from '../messages.ts';
import { complete } from './attempts.ts';
import { askAuthor, exclude, judge, kill, openAttempt } from './blame.ts';
import { check } from './checks.ts';
import { cameWell } from './spread.ts';
import { ALTERED, type Attempt, change, type Draft, type Item, type Session, score } from './state.ts';

/** Responses came: their endorsements are verified in one batch, those that are known need not be. */
export const onResponses = (
  draft: Draft,
  session: Session,
  from: number,
  { attempt: number, statement, responses }: Extract<Message, { TAG: 'responses' }>['data'],
): void => {
  const attempt = session.attempts[number];
  // What answers a list of an earlier life of the session says nothing of this one, and nothing against its author.
  if (attempt === undefined || !equalBytes(attempt.statement, statement)) return;
  const news = responses.filter(({ index }) => isNews(draft, attempt, from, index));
  const known = ({ index, endorsement }: Response): boolean => {
    const before = session.endorsements.get(index);
    return !draft.rules.checksEndorsements || (before !== undefined && equalBytes(before, endorsement));
  };
  const items = news
    .filter((response) => !known(response))
    .map((response): Item => ({ of: 'response', attempt: number, response }));
  check(draft, session, from, items);
  for (const response of news.filter(known)) acceptResponse(draft, session, from, number, response);
};

/** A response whose endorsement holds: it counts, until the sum says otherwise. */
export const acceptResponse = (
  draft: Draft,
  session: Session,
  from: number,
  number: number,
  { index, s, endorsement }: Response,
): void => {
  const attempt = session.attempts[number];
  if (attempt === undefined || !isNews(draft, attempt, from, index)) return;
  session.endorsements.set(index, endorsement);
  if (session.members[index]!.pending === number) change(draft, session, index).pending = undefined;
  score(draft, index, 1);
  const relay = attempt.suspects.get(index);
  if (relay !== undefined && !attempt.opened) {
    // It was the endorsement that was altered on the way.
    score(draft, relay, ALTERED);
    attempt.suspects.delete(index);
  }
  attempt.responses.set(index, { s, from, checked: false });
  if (attempt.opened) judge(draft, session, attempt, index);
  if (attempt.responses.size === attempt.list.length) sum(draft, session, attempt);
};

/** An endorsement that does not verify: its sender's fault, unless it was passed on; then its author is asked. */
export const onBadEndorsement = (
  draft: Draft,
  session: Session,
  from: number,
  number: number,
  { index }: Response,
): void => {
  const attempt = session.attempts[number];
  if (attempt === undefined || !isNews(draft, attempt, from, index)) return;
  if (draft.rules.blames(from, index)) return exclude(draft, session, index, 'endorsement');
  askAuthor(draft, attempt, from, index);
};

/** The first response of a cosigner counts, but one that it sent itself before one that was passed on. */
const isNews = (draft: Draft, attempt: Attempt, from: number, index: number): boolean => {
  if (!attempt.list.some((entry) => entry.index === index)) return false;
  if (from !== index && (attempt.number > 0 || attempt.suspects.has(index))) return false;
  if (!cameWell(draft, from, index)) return false;
  const known = attempt.responses.get(index);
  return known === undefined || (from === index && known.from !== index && !known.checked);
};

/** All have answered: the signature is complete, or each response is checked alone. */
const sum = (draft: Draft, session: Session, attempt: Attempt): void => {
  const signature = sumOf(draft, attempt);
  if (signature !== undefined) return complete(draft, session, attempt, signature);
  openAttempt(draft, session, attempt);
  // Every response holds and their sum does not: no list of a sound scheme comes to this.
  if (attempt.responses.size === attempt.list.length) kill(draft, session, attempt);
};

const sumOf = (
  { config: { scheme }, rules }: Draft,
  { challenge, list, responses }: Attempt,
): Uint8Array | undefined => {
  try {
    const signature = scheme.combine(
      challenge,
      list.map(({ index }) => responses.get(index)!.s),
    );
    return !rules.checksSum || scheme.isSignature(challenge, signature) ? signature : undefined;
  } catch {
    // A response that is no scalar.
    return undefined;
  }
};
