import { permutation } from '@ios/crypto/permutation';
import { taggedHash } from '@ios/crypto/transcript';
import { numberToBytesBE } from '@noble/curves/utils.js';
import type { CheckReason } from '../config.ts';
import { MAX_WANTED, type Wanted } from '../messages.ts';
import type { Selected } from '../selection.ts';
import { verifyDealings } from './dealings.ts';
import { startDecrypting } from './decrypt.ts';
import { keepSelection } from './durable.ts';
import { type DealingName, heldOf, isSame } from './held.ts';
import { type Chosen, type Draft, type Run, sendTo, tell } from './state.ts';

const missingOf = (run: Run, { selection }: Chosen): Selected[] =>
  selection.entries.filter((entry) => heldOf(run, entry) === undefined);

/** Whether some selection that is not settled has this dealing. */
export const isWanted = (run: Run, name: DealingName): boolean =>
  [...run.chosen.values()].some(
    ({ verdict, selection }) => verdict === undefined && selection.entries.some((entry) => isSame(entry, name)),
  );

/** Goes on with a selection: fetches what is missing, verifies what is new, keeps what holds, and says so. */
export const advance = (draft: Draft, run: Run, digest: string): void => {
  const chosen = run.chosen.get(digest);
  if (chosen === undefined || chosen.verdict !== undefined) return;
  const { rules } = draft;
  if (rules.holdsDealings && chosen.selection.entries.some((entry) => heldOf(run, entry) === undefined)) {
    if (chosen.round === 0) fetchMissing(draft, run, chosen);
    return;
  }
  const held = chosen.selection.entries.flatMap((entry) => heldOf(run, entry) ?? []);
  if (held.some(({ status }) => status === 'bad')) return settle(draft, run, digest, false);
  const unchecked = held.filter(({ status }) => status === 'unchecked');
  if (rules.verifiesDealings && unchecked.length > 0) verifyDealings(draft, run, unchecked);
  if (!rules.verifiesDealings || held.every(({ status }) => status === 'valid')) settle(draft, run, digest, true);
};

const settle = (draft: Draft, run: Run, digest: string, verdict: boolean): void => {
  const chosen = run.chosen.get(digest)!;
  chosen.verdict = verdict;
  if (verdict) keepSelection(draft, run, digest, chosen);
  else tell(draft, { type: 'fault', id: run.layout.id, server: run.layout.session.client, kind: 'bad-selection' });
  answer(draft, chosen);
  startDecrypting(draft, run);
};

/** Answers whoever asked whether a selection holds, if that is known. */
export const answer = (draft: Draft, chosen: Chosen): void => {
  if (!chosen.asked || chosen.verdict === undefined) return;
  chosen.asked = false;
  tellChecked(draft, chosen.bytes, chosen.verdict ? undefined : 'bad-dealing');
};

/** Says that a selection holds, or why not. */
export const tellChecked = (draft: Draft, selection: Uint8Array, reason: CheckReason | undefined): void =>
  tell(draft, { type: 'checked', selection, ...(reason === undefined ? { valid: true } : { valid: false, reason }) });

/** Whom to ask for a dealing: first its dealer, then the client, then one server after another in an order of one's own. */
const sourceOf = (draft: Draft, run: Run, dealer: number, round: number): number => {
  const { self, roster } = draft.config;
  const { id, session } = run.layout;
  const order = [dealer, session.client];
  if (round < order.length && order[round] !== self) return order[round]!;
  const seed = taggedHash('ios/drp/v1/fetch', id, numberToBytesBE(self, 4));
  const all = permutation(seed, 'ios/drp/v1/fetch-order', roster.length).filter((server) => server !== self);
  return all[(dealer + round) % all.length]!;
};

const fetchMissing = (draft: Draft, run: Run, chosen: Chosen): void => {
  const wanted = new Map<number, Wanted[]>();
  for (const { dealer, digest } of missingOf(run, chosen)) {
    const source = sourceOf(draft, run, dealer, chosen.round);
    wanted.set(source, [...(wanted.get(source) ?? []), { dealer, digest }]);
  }
  chosen.round++;
  for (const [source, dealings] of wanted)
    for (let from = 0; from < dealings.length; from += MAX_WANTED) {
      const data = { session: run.layout.id, dealings: dealings.slice(from, from + MAX_WANTED) };
      sendTo(draft, source, { TAG: 'want', data });
    }
  draft.effects.push({ type: 'setTimer', id: `fetch/${run.key}`, ms: draft.config.timeouts.fetch });
};

/** Asks somebody else for what is missing still, and names whose dealings neither they nor the client gave. */
export const fetchTimeout = (draft: Draft, run: Run): void => {
  const missing = new Set<number>();
  for (const chosen of run.chosen.values()) {
    if (chosen.verdict !== undefined || chosen.round === 0) continue;
    const lacking = missingOf(run, chosen);
    if (lacking.length === 0) continue;
    if (chosen.round >= 2) for (const { dealer } of lacking) missing.add(dealer);
    if (draft.rules.asksAgain) fetchMissing(draft, run, chosen);
  }
  if (missing.size === 0) return;
  const servers = [...missing].sort((a, b) => a - b);
  tell(draft, { type: 'waiting', id: run.layout.id, phase: 'fetch', servers });
};
