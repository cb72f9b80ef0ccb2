import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeSelection, type Selected, selectionDigest } from '../selection.ts';
import { verifyDealings } from './dealings.ts';
import { askShares } from './decrypt.ts';
import { keepOwnSelection, keepSelection } from './durable.ts';
import { type Held, heldOf } from './held.ts';
import { enough, isComplete, tallies } from './jobs.ts';
import { at } from './per-server.ts';
import { chosenOf, type Draft, others, type Run, sendTo, tell } from './state.ts';

/** Goes on as client: verifies dealings once there are enough in every group, selects t of each once they hold. */
export const collect = (draft: Draft, run: Run): void => {
  const { collecting, layout } = run;
  if (collecting === undefined || collecting.selected !== undefined) return;
  const firstOf = (dealer: number): Held | undefined => {
    const digest = at(collecting.received, dealer);
    return digest && heldOf(run, { dealer, digest });
  };
  // In no order but that of the digests, which nobody chooses for long.
  const shuffled = (dealers: readonly number[]): number[] => {
    const places = new Map(
      dealers.map((dealer) => [dealer, `${bytesToHex(at(collecting.received, dealer)!)}/${dealer}`]),
    );
    return [...dealers].sort((a, b) => (places.get(a)! < places.get(b)! ? -1 : 1));
  };
  const groups = tallies(layout.groups, (dealer) => firstOf(dealer)?.status);
  if (groups === undefined) return;
  const dealingsOf = (dealers: readonly number[]): Held[] => dealers.map((dealer) => firstOf(dealer)!);
  if (!isComplete(groups)) return verifyDealings(draft, run, dealingsOf(enough(groups, shuffled)));
  const entries = groups.flatMap(({ threshold, valid }, group) =>
    dealingsOf(
      shuffled(valid)
        .slice(0, threshold)
        .sort((a, b) => a - b),
    ).map(({ dealer, digest }): Selected => ({ group, dealer, digest })),
  );
  select(draft, run, entries);
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
  others(draft).filter(
    (server) => !run.layout.barred.has(server) && at(run.collecting!.received, server) === undefined,
  );

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
  const { collecting, layout } = run;
  if (collecting === undefined || collecting.selected !== undefined) return;
  const isGood = (server: number): boolean => {
    const digest = at(collecting.received, server);
    return digest !== undefined && heldOf(run, { dealer: server, digest })!.status !== 'bad';
  };
  const servers = layout.groups
    .filter(({ members, threshold }) => members.filter(isGood).length < threshold)
    .flatMap(({ members }) => members.filter((server) => !layout.barred.has(server) && !isGood(server)))
    .sort((a, b) => a - b);
  if (servers.length > 0) tell(draft, { type: 'waiting', id: layout.id, phase: 'deal', servers });
  draft.effects.push({ type: 'setTimer', id: `deal/${run.key}`, ms: draft.config.timeouts.deal });
};
