import { treeOf } from '../config.ts';
import type { Commitment, Response } from '../messages.ts';
import { branchOf, heightOf, parentOf, sizeOf } from '../tree.ts';
import { type Bundle, type CosignerSession, type Draft, sendTo } from './state.ts';

type Kind = 'entries' | 'responses';

/** Passes entries up the tree: together once the subtree is complete or its time is up, singly after that. */
export const passEntries = (draft: Draft, session: CosignerSession, commitments: readonly Commitment[]): void => {
  const { self } = draft.config;
  // What the coordinator's own children send goes to it straight.
  const expected = session.coordinator === self ? 1 : sizeOf(treeOf(draft.config, session.coordinator), self);
  sendEntries(draft, session, collect(draft, session, 'entries', commitments, expected));
};

/** Passes responses to attempt 0 up the tree, likewise. */
export const passResponses = (draft: Draft, session: CosignerSession, responses: readonly Response[]): void => {
  const expected = session.expected ?? Number.POSITIVE_INFINITY;
  sendResponses(draft, session, collect(draft, session, 'responses', responses, expected));
};

/** The time of a bundle is up: what waits goes up. */
export const onRelayTimer = (draft: Draft, session: CosignerSession, kind: Kind): void => {
  if (kind === 'entries') sendEntries(draft, session, drain(session.entries));
  else sendResponses(draft, session, drain(session.responses));
};

/** Whether a peer may pass this index up through us: it is our child, and the index is in its subtree. */
export const mayPass = (draft: Draft, coordinator: number, from: number, index: number): boolean => {
  const tree = treeOf(draft.config, coordinator);
  return parentOf(tree, from) === draft.config.self && (index === from || branchOf(tree, from, index) !== undefined);
};

const indexOf = (item: Commitment | Response): number => ('entry' in item ? item.entry.index : item.index);

/** Adds to a bundle what is new, and returns what is to be passed on at once. The first item of an index counts. */
const collect = <T extends Commitment | Response>(
  draft: Draft,
  session: CosignerSession,
  kind: Kind,
  items: readonly T[],
  expected: number,
): readonly T[] => {
  const bundle = session[kind] as unknown as Bundle<T>;
  const fresh = items.filter((item) => !bundle.seen.has(indexOf(item)));
  for (const item of fresh) bundle.seen.add(indexOf(item));
  if (bundle.passed) return fresh;
  for (const item of fresh) bundle.waiting.set(indexOf(item), item);
  const id = `${kind}/${session.key}`;
  if (bundle.seen.size >= expected) {
    if (bundle.timed) draft.effects.push({ type: 'clearTimer', id });
    return drain(bundle);
  }
  if (!bundle.timed && fresh.length > 0) {
    bundle.timed = true;
    const levels = heightOf(treeOf(draft.config, session.coordinator), draft.config.self);
    draft.effects.push({ type: 'setTimer', id, ms: draft.config.timeouts.relay * Math.max(1, levels) });
  }
  return [];
};

const drain = <T extends Commitment | Response>(bundle: Bundle<T>): readonly T[] => {
  const items = [...bundle.waiting.values()].sort((a, b) => indexOf(a) - indexOf(b));
  bundle.waiting.clear();
  bundle.passed = true;
  return items;
};

/** Whom bundles go to; the coordinator's own cosigner hands its part to the coordinator. */
const above = (draft: Draft, { coordinator }: CosignerSession): number =>
  parentOf(treeOf(draft.config, coordinator), draft.config.self) ?? coordinator;

const sendEntries = (draft: Draft, own: CosignerSession, commitments: readonly Commitment[]): void => {
  if (commitments.length === 0) return;
  const { session, coordinator } = own;
  sendTo(draft, above(draft, own), { TAG: 'entries', data: { session, coordinator, commitments } });
};

const sendResponses = (draft: Draft, own: CosignerSession, responses: readonly Response[]): void => {
  const { session, coordinator, carried: statement } = own;
  if (responses.length === 0 || statement === undefined) return;
  sendTo(draft, above(draft, own), {
    TAG: 'responses',
    data: { session, coordinator, attempt: 0, statement, responses },
  });
};
