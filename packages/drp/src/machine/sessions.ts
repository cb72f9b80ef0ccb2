import { bytesToHex } from '@noble/hashes/utils.js';
import { isSession, type Session } from '../epoch.ts';
import { layoutOf } from '../layout.ts';
import { tellSelection } from './collect.ts';
import { deal } from './dealings.ts';
import { forget, takeUp } from './durable.ts';
import { addRun, type Draft, type Run, refuse, tell, touch } from './state.ts';

/** Takes part in a session; one that is open already goes on as it is. */
export const open = (draft: Draft, session: Session): void => {
  if (!isSession(draft.config, session)) return refuse(draft, 'open', 'bad-session');
  const layout = layoutOf(draft.config, session);
  if (draft.runs.has(bytesToHex(layout.id))) return;
  if (draft.runs.size >= draft.config.limits.sessions) makeRoom(draft, session.client);
  const run = addRun(draft, layout);
  draft.evicted.delete(run.key);
  takeUp(draft, run);
  deal(draft, run);
  if (run.collecting === undefined) return;
  if (run.collecting.selected !== undefined) return tellSelection(draft, run);
  const { ask, deal: ms } = draft.config.timeouts;
  draft.effects.push({ type: 'setTimer', id: `ask/${run.key}`, ms: ask });
  draft.effects.push({ type: 'setTimer', id: `deal/${run.key}`, ms });
};

/**
 * A session of this step's own to change: open, or opened again if it was closed to make room, for what all agree on may be
 * one that was idle here. That its dealings are made once for ever, and one selection of an attempt is decrypted, is durable.
 */
export const reopened = (draft: Draft, key: string): Run | undefined => {
  const session = draft.evicted.get(key);
  if (session !== undefined) open(draft, session);
  return touch(draft, key);
};

/**
 * Closes a session of the lowest attempt, none that was signed off as long as there is another. It is one of the client with
 * the most sessions there, so that a faulty one displaces its own: if possible one in which nothing was agreed to, the oldest.
 */
const makeRoom = (draft: Draft, newcomer: number): void => {
  const runs = [...draft.runs.values()];
  const lowest = Math.min(...runs.map(({ layout }) => layout.session.attempt));
  const past = runs.filter(({ layout }) => layout.session.attempt === lowest);
  const undecided = past.filter(({ decided }) => decided === undefined);
  const candidates = undecided.length > 0 ? undecided : past;
  const counts = new Map([[newcomer, 1]]);
  for (const { layout } of candidates) counts.set(layout.session.client, (counts.get(layout.session.client) ?? 0) + 1);
  const countOf = ({ layout }: Run): number => counts.get(layout.session.client)!;
  const most = Math.max(...candidates.map(countOf));
  const displaced = candidates.filter((run) => countOf(run) === most);
  const isIdle = ({ chosen }: Run): boolean => [...chosen.values()].every(({ verdict }) => verdict !== true);
  const { key, layout } = displaced.find(isIdle) ?? displaced[0]!;
  close(draft, key);
  draft.evicted.set(key, layout.session);
  tell(draft, { type: 'closed', id: layout.id });
};

/** Forgets a session: answers of the host that are still to come are not for it if it is opened again. */
export const close = (draft: Draft, key: string): void => {
  forget(draft, key);
  draft.evicted.delete(key);
  if (!draft.runs.delete(key)) return;
  for (const [id, waiting] of draft.waiting)
    if (waiting.for !== 'doubt' && waiting.key === key) draft.waiting.delete(id);
  for (const what of ['ask', 'deal', 'fetch', 'decrypt'])
    draft.effects.push({ type: 'clearTimer', id: `${what}/${key}` });
};
