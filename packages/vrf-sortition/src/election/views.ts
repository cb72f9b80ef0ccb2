import { decodeAttachment, encodeAttachment } from '../attachment.ts';
import {
  compareExclusions,
  type ExclusionRecord,
  excludedBy,
  type Moment,
  mergeExclusions,
  mostExcluded,
  namedByQuorum,
} from '../exclusion.ts';
import { alphaOf, leaderOf, type OpeningClaim } from '../leader.ts';
import { electionViewOf, LEADERS_PER_DRAWING, lowestEligible } from '../ranking.ts';
import type { ElectionConfig } from './config.ts';
import { type Draft, update } from './draft.ts';
import type { SeatAttachment } from './host.ts';
import type { ElectionState } from './state.ts';
import { encodeStored, STORED } from './stored.ts';

/** Asks for this seat's tickets of a drawing and of the one after it, so that they are there when a view-change needs them. */
export const prepare = (draft: Draft, electionView: number): void => {
  const { current } = draft.state;
  if (current === undefined) return;
  for (const wanted of [electionView, electionView + 1]) {
    if (draft.state.own.has(wanted)) continue;
    update(draft, { own: new Map(draft.state.own).set(wanted, undefined) });
    const message = alphaOf(draft.config.context, current.attempt, wanted);
    draft.effects.push({ type: 'sign', id: `own/${current.attempt}/${wanted}`, kind: 'vrf', message });
  }
};

/** Step 3: Δ is over. */
export const fixLowest = (draft: Draft): void => {
  const { current, held, record } = draft.state;
  if (current?.gathering !== true) return;
  update(draft, { current: { ...current, gathering: false }, pending: new Map() });
  const kept = new Set([...current.barred, ...record.map(({ seat }) => seat)]);
  const lowest = held.map(({ seat }) => seat).filter((seat) => !kept.has(seat));
  const { attempt } = current;
  const leader = leaderAfterDelta(draft.config, draft.state);
  const value = { type: 'held', attempt, leader, lowest: lowest.slice(0, LEADERS_PER_DRAWING) } as const;
  draft.effects.push({ type: 'output', value });
};

/** Step 4: who leads view 0, by what is held here. Where nothing is, it is the same seat for everybody. */
const leaderAfterDelta = (config: ElectionConfig, { current, held, record }: ElectionState): number => {
  const excluded = record.map(({ seat }) => seat);
  const lowest = lowestEligible(held, current?.barred ?? [], excluded);
  return lowest ?? (current?.attempt ?? 0) % config.context.seats.length;
};

/** A view is entered. The leader of view 0 is settled at this moment, whatever is excluded while it lasts. */
export const onView = (draft: Draft, { height, view }: Moment): void => {
  const electionView = electionViewOf(view);
  update(draft, { own: new Map([...draft.state.own].filter(([drawing]) => drawing >= electionView)) });
  prepare(draft, electionView);
  if (view === 0) update(draft, { led: { height, view, leader: leaderAfterDelta(draft.config, draft.state) } });
};

/** A view was opened: its leader is whom this member waits for from now on. */
export const onOpened = (draft: Draft, moment: Moment, opening: readonly SeatAttachment[]): void => {
  const claims = decodeAll(opening);
  const { current } = draft.state;
  if (claims === undefined || current === undefined) return;
  const { vrf, context } = draft.config;
  update(draft, { led: { ...moment, leader: leaderOf(vrf, context, current, moment, claims) } });
  const said = claims.map(({ attachment }) => attachment);
  exclude(draft, excludedBy(context.seats.length, moment, said));
  for (const claim of claims) count(draft, moment, claim);
};

/** Step 5: a view-change names whom its member waited for; whom a quorum of all members names is excluded. */
export const onViewChange = (draft: Draft, moment: Moment, change: SeatAttachment): void => {
  const [claim] = decodeAll([change]) ?? [];
  if (claim !== undefined) count(draft, moment, claim);
};

/** Counts a name for the latest view that its member moved to: a member that runs ahead takes no name but its own away. */
const count = (draft: Draft, moment: Moment, { seat, attachment: { waitedFor } }: OpeningClaim): void => {
  const known = draft.state.names.get(seat);
  if (waitedFor === undefined || (known !== undefined && compareMoments(known, moment) > 0)) return;
  const names = new Map(draft.state.names).set(seat, { ...moment, waitedFor });
  update(draft, { names });
  const together = [...names.values()].filter((name) => compareMoments(name, moment) === 0);
  const named = namedByQuorum(
    draft.config.context.seats.length,
    together.map((name) => name.waitedFor),
  );
  if (named !== undefined) exclude(draft, [{ ...moment, seat: named }]);
};

const compareMoments = (a: Moment, b: Moment): number => a.height - b.height || a.view - b.view;

const exclude = (draft: Draft, found: ExclusionRecord): void => {
  const { context } = draft.config;
  const before = draft.state.record;
  const record = mergeExclusions(before, found, mostExcluded(context.seats.length));
  const same = record.every((entry, i) => before[i] !== undefined && compareExclusions(entry, before[i]) === 0);
  if (same && record.length === before.length) return;
  update(draft, { record });
  draft.effects.push({ type: 'persist', key: STORED, bytes: encodeStored(context.epoch, record) });
};

/** What this seat attaches to its view-change to a view: its ticket if it is there, whom it waited for, and its record. */
export const attachmentTo = ({ own, led, record }: ElectionState, { height, view }: Moment): Uint8Array => {
  const waited = led !== undefined && led.height === height && led.view === view - 1;
  return encodeAttachment({
    pi: own.get(electionViewOf(view)),
    waitedFor: waited ? led.leader : undefined,
    excluded: record,
  });
};

/** The leader of a view by this state: of view 0 by what is held here, of a later one by what opens it. */
export const leaderAt = (
  config: ElectionConfig,
  state: ElectionState,
  moment: Moment,
  opening: readonly SeatAttachment[],
): number => {
  const { current, led } = state;
  if (moment.view === 0)
    return led?.height === moment.height && led.view === 0 ? led.leader : leaderAfterDelta(config, state);
  const claims = decodeAll(opening);
  if (claims === undefined || current === undefined) return leaderAfterDelta(config, state);
  return leaderOf(config.vrf, config.context, current, moment, claims);
};

const decodeAll = (opening: readonly SeatAttachment[]): readonly OpeningClaim[] | undefined => {
  const claims = opening.flatMap(({ seat, attachment }) => {
    const decoded = decodeAttachment(attachment);
    return decoded === undefined ? [] : [{ seat, attachment: decoded }];
  });
  return claims.length === opening.length ? claims : undefined;
};
