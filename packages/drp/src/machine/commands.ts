import { bytesToHex } from '@noble/hashes/utils.js';
import type { DrpCommand, DrpOutput } from '../config.ts';
import { isSession, type Session } from '../epoch.ts';
import { layoutOf } from '../layout.ts';
import { decodeSelection, type Selection, selectionDigest } from '../selection.ts';
import { advance, answer, tellChecked } from './check.ts';
import { tellSelection } from './collect.ts';
import { deal } from './dealings.ts';
import { startDecrypting } from './decrypt.ts';
import { forget, takeUp } from './durable.ts';
import { addRun, type Chosen, chosenOf, type Draft, type Run, tell, touch } from './state.ts';

type Reason = Extract<DrpOutput, { type: 'refused' }>['reason'];

const refuse = (draft: Draft, command: DrpCommand['type'], reason: Reason): void =>
  tell(draft, { type: 'refused', command, reason });

/** Takes part in a session; one that is open already goes on as it is. */
export const open = (draft: Draft, session: Session): void => {
  if (!isSession(draft.config, session)) return refuse(draft, 'open', 'bad-session');
  const layout = layoutOf(draft.config, session);
  if (draft.runs.has(bytesToHex(layout.id))) return;
  if (draft.runs.size >= draft.config.limits.sessions) makeRoom(draft);
  const run = addRun(draft, layout);
  takeUp(draft, run);
  deal(draft, run);
  if (run.collecting === undefined) return;
  if (run.collecting.selected !== undefined) return tellSelection(draft, run);
  const { ask, deal: ms } = draft.config.timeouts;
  draft.effects.push({ type: 'setTimer', id: `ask/${run.key}`, ms: ask });
  draft.effects.push({ type: 'setTimer', id: `deal/${run.key}`, ms });
};

/** Closes a session of the lowest attempt: the oldest in which nothing was agreed to, or else the oldest. */
const makeRoom = (draft: Draft): void => {
  const runs = [...draft.runs.values()];
  const lowest = Math.min(...runs.map(({ layout }) => layout.session.attempt));
  const past = runs.filter(({ layout }) => layout.session.attempt === lowest);
  const isIdle = ({ chosen }: Run): boolean => [...chosen.values()].every(({ verdict }) => verdict !== true);
  const { key, layout } = past.find(isIdle) ?? past[0]!;
  close(draft, key);
  tell(draft, { type: 'closed', id: layout.id });
};

/** Forgets a session. */
export const close = (draft: Draft, key: string): void => {
  forget(draft, key);
  if (!draft.runs.delete(key)) return;
  for (const what of ['ask', 'deal', 'fetch', 'decrypt'])
    draft.effects.push({ type: 'clearTimer', id: `${what}/${key}` });
};

/** Finds out whether a selection may be signed off. */
export const onCheck = (draft: Draft, bytes: Uint8Array): void => {
  const selection = decodeSelection(bytes);
  if (selection === undefined) return tellChecked(draft, bytes, 'malformed');
  const run = touch(draft, bytesToHex(selection.session));
  if (run === undefined) return tellChecked(draft, bytes, 'unknown-session');
  const flaw = draft.rules.selectionFlaw(run.layout, selection);
  if (flaw !== undefined) return tellChecked(draft, bytes, flaw);
  const digest = bytesToHex(selectionDigest(bytes));
  const chosen = choose(draft, run, digest, bytes, selection);
  if (chosen === undefined) return tellChecked(draft, bytes, 'superseded');
  chosen.asked = true;
  answer(draft, chosen);
  advance(draft, run, digest);
};

/** A selection was signed off: it is decrypted once all its dealings are here and hold. */
export const onSignedOff = (draft: Draft, bytes: Uint8Array, proof: Uint8Array): void => {
  const selection = decodeSelection(bytes);
  if (selection === undefined) return refuse(draft, 'signedOff', 'malformed');
  const run = touch(draft, bytesToHex(selection.session));
  if (run === undefined) return refuse(draft, 'signedOff', 'unknown-session');
  if (draft.rules.selectionFlaw(run.layout, selection) !== undefined) return refuse(draft, 'signedOff', 'malformed');
  const digest = bytesToHex(selectionDigest(bytes));
  const before = draft.decrypted.get(run.layout.session.attempt);
  if (draft.rules.decryptsOnce && before !== undefined && before !== digest)
    return refuse(draft, 'signedOff', 'other-selection');
  if (run.decided?.digest === digest && run.decided.phase !== 'refused') return;
  run.decided = { digest, proof, phase: 'waiting', shares: new Map(), recovered: false };
  choose(draft, run, digest, bytes, selection);
  advance(draft, run, digest);
  startDecrypting(draft, run);
};

/**
 * A selection to be checked or decrypted. Past the limit the oldest that did not prove valid gives way, with the dealings that
 * it alone has; where all are valid there is room for the one that is signed off alone.
 */
const choose = (
  draft: Draft,
  run: Run,
  digest: string,
  bytes: Uint8Array,
  selection: Selection,
): Chosen | undefined => {
  const known = run.chosen.get(digest);
  if (known !== undefined) return known;
  if (run.chosen.size >= draft.config.limits.selections && !giveWay(draft, run) && run.decided?.digest !== digest)
    return undefined;
  const added = chosenOf(bytes, selection);
  run.chosen.set(digest, added);
  return added;
};

const giveWay = (draft: Draft, run: Run): boolean => {
  const oldest = [...run.chosen].find(([digest, { durable }]) => !durable && digest !== run.decided?.digest);
  if (oldest === undefined) return false;
  const [digest, chosen] = oldest;
  run.chosen.delete(digest);
  if (chosen.asked) tellChecked(draft, chosen.bytes, 'superseded');
  const selected = [...run.chosen.values()].flatMap(({ keys }) => keys);
  const needed = new Set([...selected, ...(run.collecting?.received.values() ?? []), run.own]);
  for (const key of [...run.dealings.keys()]) if (!needed.has(key)) run.dealings.delete(key);
  return true;
};
