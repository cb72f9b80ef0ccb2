import { treeOf } from '../config.ts';
import { maskOf } from '../mask.ts';
import type { Challenge, Entry } from '../scheme.ts';
import { listStatement } from '../statements.ts';
import { parentOf } from '../tree.ts';
import { exclude, openAttempt } from './blame.ts';
import { askFree, encodeAttempt, headsOfList, spreadList } from './spread.ts';
import {
  type Attempt,
  type CoordinatorOutput,
  change,
  type Draft,
  indicesWhere,
  type Member,
  OWED,
  output,
  type Session,
  score,
  sendBytes,
  sign,
  WITHHELD,
} from './state.ts';

/**
 * Begins the next attempt if it is time for one: the first over all who committed, but those of bad score where the policy
 * is satisfied without them, once it is satisfied and nobody of good score is missing or the time is up; another once all before it are dead or late, over as few cosigners
 * that owe no response as the policy takes. So each attempt that came to nothing has a cosigner that no later one has,
 * and with f of them at most the (f + 1)-th is the last (ROAST: Ruffing, Ronge, Jin, Schneider-Bensch and Schröder, CCS
 * 2022). Who lost the nonces of a list counts as such a one, and is taken again only where there are too few without.
 */
export const advance = (draft: Draft, session: Session): void => {
  if (draft.sessions.get(session.name) !== session) return;
  const { attempts } = session;
  if (attempts.some(({ dead, late }) => !dead && !late)) return;
  if (
    !satisfies(
      draft,
      indicesWhere(session, ({ standing }) => standing === 'in'),
    )
  ) {
    // An attempt in which everybody who owes a response is still willing may yet finish.
    if (attempts.every(({ dead }) => dead)) fail(draft, session, 'refused');
    return;
  }
  if (attempts.length > 0) {
    session.wanting = true;
    askFree(draft, session);
  } else if (!session.commitOver && session.members.some((member, i) => isAwaited(draft, member, i))) return;
  const steady = indicesWhere(session, ({ standing, lapsed }) => standing === 'in' && !lapsed);
  const ready = readyOf(draft, session, !satisfies(draft, steady));
  if (attempts.length === 0) {
    if (satisfies(draft, ready)) start(draft, session, reliable(draft, ready));
    return;
  }
  if (attempts.length >= draft.config.limits.attempts) {
    if (attempts.every(({ dead }) => dead)) fail(draft, session, 'attempts');
    return;
  }
  if (satisfies(draft, ready)) start(draft, session, fewest(draft, ready));
};

/** The list of an attempt is signed: it goes out. */
export const onListSigned = (draft: Draft, session: Session, number: number, signature: Uint8Array): void => {
  const attempt = session.attempts[number];
  if (attempt === undefined || signature.length !== 64) return;
  attempt.bytes = encodeAttempt(draft, session, attempt, signature);
  if (number === 0) spreadList(draft, attempt);
  else
    sendBytes(
      draft,
      attempt.list.map(({ index }) => index),
      attempt.bytes,
    );
  const { respond, ask } = draft.config.timeouts;
  draft.effects.push({ type: 'setTimer', id: `late/${session.name}/${number}`, ms: respond });
  draft.effects.push({ type: 'setTimer', id: `remind/${session.name}/${number}`, ms: ask });
};

/**
 * The time of an attempt is up: it may still finish. Those that it waits for lose score: all that there is where the others
 * would have done and we hear them straight. Else little, for the network may be slow, or the relay above them have kept
 * it back: that one loses as well, and after that we hear them straight.
 */
export const onLate = (draft: Draft, session: Session, attempt: Attempt): void => {
  attempt.late = true;
  const owing = indicesWhere(session, ({ pending }) => pending === attempt.number);
  const others = indicesWhere(
    session,
    ({ standing, serial, pending }) => standing === 'in' && serial >= 0 && pending !== attempt.number,
  );
  const enough = satisfies(draft, others);
  const straight = new Set(attempt.number > 0 ? owing : headsOfList(draft, attempt));
  const relays = new Set<number>();
  for (const index of owing) {
    if (!straight.has(index)) relays.add(parentOf(treeOf(draft.config, draft.config.self), index)!);
    score(draft, index, enough && straight.has(index) ? OWED : -1);
  }
  if (enough) for (const relay of relays) score(draft, relay, WITHHELD);
  openAttempt(draft, session, attempt);
};

/** All is there: the result goes out, and the session is over. */
export const complete = (draft: Draft, own: Session, { challenge }: Attempt, signature: Uint8Array): void => {
  const { session, message, endorsements, attempts } = own;
  const { mask } = challenge;
  const sorted = [...endorsements].sort(([a], [b]) => a - b).map(([index, one]) => ({ index, signature: one }));
  end(draft, own);
  output(draft, { type: 'signed', session, message, mask, signature, endorsements: sorted, attempts: attempts.length });
};

export const fail = (
  draft: Draft,
  session: Session,
  reason: Extract<CoordinatorOutput, { type: 'failed' }>['reason'],
): void => {
  end(draft, session);
  output(draft, { type: 'failed', session: session.session, reason });
};

/** Drops a session with its timers and everything that waits for it. */
export const end = (draft: Draft, { name, attempts }: Session): void => {
  const ids = ['ask', 'commit', 'session'].map((timer) => `${timer}/${name}`);
  for (const { number, bytes } of attempts)
    if (bytes !== undefined) ids.push(`late/${name}/${number}`, `remind/${name}/${number}`);
  for (const id of ids) draft.effects.push({ type: 'clearTimer', id });
  for (const [id, waiting] of draft.waiting) if (waiting.name === name) draft.waiting.delete(id);
  draft.sessions.delete(name);
};

/** Whether the first list waits for the entry of a cosigner. */
const isAwaited = ({ scores }: Draft, { standing, entry }: Readonly<Member>, index: number): boolean =>
  standing === 'in' && entry === undefined && scores[index]! >= 0;

const satisfies = ({ config }: Draft, indices: readonly number[]): boolean => {
  const n = config.peers.length;
  return config.policy.accepts(maskOf(indices, n), n);
};

/** Who has an entry that stands in no list and owes no response, those of better score and of older entry first. */
const readyOf = (draft: Draft, session: Session, withLapsed: boolean): number[] => {
  const { members } = session;
  const ready = indicesWhere(
    session,
    ({ standing, entry, pending, lapsed }) =>
      standing === 'in' &&
      entry !== undefined &&
      (pending === undefined || !draft.rules.sparesPending) &&
      (withLapsed || !lapsed),
  );
  const rank = (i: number): number => (members[i]!.lapsed ? -1_000 : 0) + draft.scores[i]!;
  return ready.sort((a, b) => rank(b) - rank(a) || members[a]!.arrival - members[b]!.arrival);
};

/** As few of these as satisfy the policy, by taking off from the end; this node itself is never silent. */
const fewest = (draft: Draft, ready: readonly number[]): readonly number[] => {
  let kept = ready;
  for (const index of [...ready].reverse()) {
    if (index === draft.config.self) continue;
    const without = kept.filter((other) => other !== index);
    if (satisfies(draft, without)) kept = without;
  }
  return kept;
};

/** Those of good score, if they satisfy the policy: who did not answer, or answered wrong, would hold up all others again. */
const reliable = (draft: Draft, ready: readonly number[]): readonly number[] => {
  const good = ready.filter((index) => draft.scores[index]! >= 0);
  return satisfies(draft, good) ? good : ready;
};

const start = (draft: Draft, session: Session, chosen: readonly number[]): void => {
  const found = challengeOf(draft, session, chosen);
  if (found === undefined) return advance(draft, session);
  const { list, challenge } = found;
  const number = session.attempts.length;
  for (const { index } of list) {
    const member = change(draft, session, index);
    member.entry = undefined;
    member.pending = number;
  }
  session.wanting = false;
  const responses = new Map();
  const suspects = new Map();
  const states = { opened: false, late: false, dead: false };
  const statement = listStatement(session.session, number, session.digest, list);
  session.attempts.push({ number, list, statement, challenge, bytes: undefined, responses, suspects, ...states });
  sign(draft, 'list', statement, { for: 'list', name: session.name, attempt: number });
};

/**
 * The challenge of the entries of these. Where there is none, whoever signed a nonce that is no point of prime order is at
 * fault; where all are, their sum vanishes: the entry that came last may have seen to it, and is asked for again.
 */
const challengeOf = (
  draft: Draft,
  session: Session,
  chosen: readonly number[],
): { readonly list: readonly Entry[]; readonly challenge: Challenge } | undefined => {
  const { scheme, roster } = draft.config;
  const list = [...chosen].sort((a, b) => a - b).map((index) => session.members[index]!.entry!);
  const challenge = scheme.challenge(roster, session.message, list);
  if (challenge !== undefined) return { list, challenge };
  const unsound = list.filter((entry) => !scheme.isEntrySound(entry));
  for (const { index } of unsound) exclude(draft, session, index, 'nonce');
  const latest = [...chosen].sort((a, b) => session.members[b]!.arrival - session.members[a]!.arrival)[0];
  if (unsound.length === 0 && latest !== undefined) change(draft, session, latest).entry = undefined;
  return undefined;
};
