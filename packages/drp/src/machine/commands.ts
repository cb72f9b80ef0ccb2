import { bytesToHex } from '@noble/hashes/utils.js';
import { decodeSelection, type Selection, selectionDigest } from '../selection.ts';
import { advance, answer, tellChecked } from './check.ts';
import { isOther, startDecrypting } from './decrypt.ts';
import { keepOnly } from './held.ts';
import { entriesOf } from './per-server.ts';
import { reopened } from './sessions.ts';
import { type Chosen, chosenOf, type Draft, type Run, refuse } from './state.ts';

/** Finds out whether a selection may be signed off. */
export const onCheck = (draft: Draft, bytes: Uint8Array): void => {
  const selection = decodeSelection(bytes);
  if (selection === undefined) return tellChecked(draft, bytes, 'malformed');
  const run = reopened(draft, bytesToHex(selection.session));
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
  const run = reopened(draft, bytesToHex(selection.session));
  if (run === undefined) return refuse(draft, 'signedOff', 'unknown-session');
  if (draft.rules.selectionFlaw(run.layout, selection) !== undefined) return refuse(draft, 'signedOff', 'malformed');
  const digest = bytesToHex(selectionDigest(bytes));
  if (isOther(draft, run, digest)) return refuse(draft, 'signedOff', 'other-selection');
  if (run.decided?.digest === digest && run.decided.phase !== 'refused') return;
  run.decided = { digest, proof, phase: 'waiting', kept: false, shares: [], recovered: false };
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
  const selected = [...run.chosen.values()].flatMap(({ selection }) => selection.entries);
  const received = entriesOf(run.collecting?.received ?? []).map(([dealer, digest]) => ({ dealer, digest }));
  keepOnly(run, [...selected, ...received, ...(run.own === undefined ? [] : [run.own])]);
  return true;
};
