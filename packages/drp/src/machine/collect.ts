import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeSelection, type Selected, selectionDigest } from '../selection.ts';
import { verifyDealings } from './dealings.ts';
import { askShares } from './decrypt.ts';
import { keepOwnSelection, keepSelection } from './durable.ts';
import { enough } from './jobs.ts';
import { chosenOf, type Draft, others, type Run, sendTo, tell } from './state.ts';

/** A client's dealings of one group: the dealers in no order but that of the digests, which nobody chooses for long. */
const dealingsOf = (run: Run, members: readonly number[]): string[] =>
  members.flatMap((dealer) => run.collecting!.received.get(dealer) ?? []).sort();

const countOf = (members: readonly number[], received: ReadonlyMap<number, string>): number => {
  let count = 0;
  for (const dealer of members) if (received.has(dealer)) count++;
  return count;
};

/** Goes on as client: verifies dealings once there are enough in every group, selects t of each once they hold. */
export const collect = (draft: Draft, run: Run): void => {
  const { collecting, layout } = run;
  if (collecting === undefined || collecting.selected !== undefined) return;
  if (layout.groups.some(({ members, threshold }) => countOf(members, collecting.received) < threshold)) return;
  const statusOf = (key: string): string => run.dealings.get(key)!.status;
  const groups = layout.groups.map(({ members, threshold }) => {
    const all = dealingsOf(run, members);
    const unchecked = all.filter((key) => statusOf(key) === 'unchecked');
    const valid = all.filter((key) => statusOf(key) === 'valid');
    const checking = all.filter((key) => statusOf(key) === 'checking');
    return { threshold, counted: valid.length + checking.length, unchecked, valid };
  });
  if (groups.every(({ threshold, valid }) => valid.length >= threshold)) {
    const entries = groups.flatMap(({ threshold, valid }, group) =>
      valid
        .slice(0, threshold)
        .map((key) => run.dealings.get(key)!)
        .map(({ dealer, digest }): Selected => ({ group, dealer, digest }))
        .sort((a, b) => a.dealer - b.dealer),
    );
    return select(draft, run, entries);
  }
  verifyDealings(draft, run, enough(groups));
};

const select = (draft: Draft, run: Run, entries: readonly Selected[]): void => {
  const selection = { session: run.layout.id, entries };
  const bytes = encodeSelection(selection);
  const digest = selectionDigest(bytes);
  const key = bytesToHex(digest);
  const chosen = run.chosen.get(key) ?? chosenOf(bytes, selection);
  run.chosen.set(key, chosen);
  run.collecting!.selected = bytes;
  chosen.verdict = true;
  keepSelection(draft, run, key, chosen);
  keepOwnSelection(draft, run, digest);
  draft.effects.push({ type: 'clearTimer', id: `deal/${run.key}` });
  tellSelection(draft, run);
};

/** Tells the caller which selection this client made. */
export const tellSelection = (draft: Draft, run: Run): void => {
  const selection = run.collecting?.selected;
  if (selection !== undefined) tell(draft, { type: 'selection', id: run.layout.id, selection });
};

/** Who has not dealt to this client. */
const silent = (draft: Draft, run: Run): number[] =>
  others(draft).filter((server) => !run.layout.barred.has(server) && !run.collecting!.received.has(server));

/** Asks again: as client who has not dealt, later who owes shares. */
export const askTimeout = (draft: Draft, run: Run): void => {
  if (!draft.rules.asksAgain) return;
  const { collecting } = run;
  const collects = collecting !== undefined && collecting.selected === undefined;
  if (collects)
    for (const server of silent(draft, run)) sendTo(draft, server, { TAG: 'ask', data: { session: run.layout.id } });
  const owed = askShares(draft, run);
  if (collects || owed) draft.effects.push({ type: 'setTimer', id: `ask/${run.key}`, ms: draft.config.timeouts.ask });
};

/** Names those who keep this client from selecting: in the groups that lack dealings, who has not dealt, or dealt badly. */
export const dealTimeout = (draft: Draft, run: Run): void => {
  const { collecting, layout, dealings } = run;
  if (collecting === undefined || collecting.selected !== undefined) return;
  const isGood = (server: number): boolean => {
    const key = collecting.received.get(server);
    return key !== undefined && dealings.get(key)!.status !== 'bad';
  };
  const servers = layout.groups
    .filter(({ members, threshold }) => members.filter(isGood).length < threshold)
    .flatMap(({ members }) => members.filter((server) => !layout.barred.has(server) && !isGood(server)))
    .sort((a, b) => a - b);
  if (servers.length > 0) tell(draft, { type: 'waiting', id: layout.id, phase: 'deal', servers });
  draft.effects.push({ type: 'setTimer', id: `deal/${run.key}`, ms: draft.config.timeouts.deal });
};
