import type { Decision } from '../application.ts';
import { equalBytes } from '../bytes.ts';
import { fittingDecisions } from '../messages.ts';
import { certificateStatement } from './claims.ts';
import { ask, contextOf, type Draft, emit, mayAnswer, mayAnswerAgain, request, send } from './draft.ts';
import { NOTHING } from './state.ts';
import { askDecisions } from './values.ts';

const armSync = (draft: Draft, share: number): void =>
  emit(draft, {
    type: 'setTimer',
    id: 'sync',
    ms: Math.ceil(draft.config.schedule.timeout(draft.state.height, 0) / share),
  });

/**
 * Someone speaks of a greater height: ask for the decisions between, one peer at a time. When it is the next height, wait
 * a little, for this replica may be about to get there.
 */
export const behind = (draft: Draft, peer: string, height: number): void => {
  const { state } = draft;
  if (state.sync !== undefined) {
    if (height > state.sync.target) state.sync = { ...state.sync, target: height };
    return;
  }
  const next = state.height + 1;
  if (state.decision?.handed === true && height === next) return;
  const sync = { peer, target: height, asked: 0 };
  if (height > next) return askPeer(draft, sync);
  state.sync = sync;
  armSync(draft, 8);
};

const askPeer = (draft: Draft, sync: NonNullable<Draft['state']['sync']>): void => {
  const { state } = draft;
  askDecisions(draft, sync.peer, state.decision?.handed === true ? state.height + 1 : state.height);
  state.sync = { ...sync, asked: sync.asked + 1 };
  armSync(draft, 1);
};

/** No answer from the peer that was asked: the next; after a whole round it waits until someone speaks again. */
export const onSyncTimer = (draft: Draft): void => {
  const { state, config } = draft;
  if (state.sync === undefined) return;
  const { asked, peer: last } = state.sync;
  if (asked === 0) return askPeer(draft, state.sync);
  const others = contextOf(draft).committee.filter(({ peer }) => peer !== config.self);
  const next = (others.findIndex(({ peer }) => peer === last) + 1) % others.length;
  if (asked > others.length) state.sync = undefined;
  else askPeer(draft, { ...state.sync, peer: others[next]!.peer });
};

/** A peer's height: help one that is behind to learn so, and learn it oneself. */
export const onStatus = (draft: Draft, from: string, height: number): void => {
  if (height > draft.state.height) behind(draft, from, height);
  else if (height < draft.state.height) tellHeight(draft, from);
};

/** Tells a peer that is behind how far this replica is. */
export const tellHeight = (draft: Draft, to: string): void =>
  send(draft, to, { TAG: 'status', data: { height: draft.state.height } });

/** A peer asks for decisions: the application keeps them. One request a peer is under way. */
export const onWantDecisions = (draft: Draft, peer: string, from: number): void => {
  if (from < draft.state.height && mayAnswer(draft, 'history', peer)) ask(draft, { type: 'history', peer, from });
};

/** The application's answer for a peer: as much of it as one message holds. */
export const onHistory = (draft: Draft, peer: string, decisions: readonly Decision[]): void => {
  const { state, config } = draft;
  mayAnswerAgain(draft, 'history', peer);
  const fitting = fittingDecisions(decisions, config.limits.messageBytes);
  if (fitting.length > 0 && state.stage !== 'idle')
    send(draft, peer, { TAG: 'decisions', data: { decisions: fitting } });
};

/** Decisions from a peer that was asked: taken one by one, for each opens the context of the next. */
export const onDecisions = (draft: Draft, from: string, decisions: readonly Decision[]): void => {
  const { state } = draft;
  if (!state.awaited.has(from)) return;
  const awaited = new Set(state.awaited);
  awaited.delete(from);
  state.awaited = awaited;
  if (state.inbox.decisions.length > 0 || underWay(draft)) return;
  state.inbox = { from, decisions };
  takeDecision(draft);
};

/** Whether a peer's decision is being verified. */
const underWay = ({ state }: Draft): boolean => [...state.pending.values()].some(({ kind }) => kind === 'decision');

/** Looks for the decision of this height in the inbox; whoever sent anything else is no longer listened to. */
const takeDecision = (draft: Draft): void => {
  const { state, config } = draft;
  if (state.decision?.handed === true) return;
  const { from } = state.inbox;
  const [next, ...rest] = state.inbox.decisions.filter(({ height }) => height >= state.height);
  state.inbox = NOTHING;
  if (next === undefined || next.height !== state.height || next.value.length > config.limits.valueBytes) return;
  const digest = config.digest(next.value);
  const statement = certificateStatement(draft, { ...next, phase: 'commit' });
  if (digest === undefined || !equalBytes(digest, next.digest) || statement === undefined) return;
  state.inbox = { from, decisions: rest };
  request(draft, { kind: 'decision', from, account: from, decision: next }, statement);
};

/** A decision that its certificate does not bear out: the rest of what came with it is dropped, to make room for others'. */
export const onFalseDecision = ({ state }: Draft): void => {
  state.inbox = NOTHING;
};

/** A new height: the next decision of the inbox, or a request for more, or the end of catching up. */
export const continueSync = (draft: Draft): void => {
  const { state } = draft;
  takeDecision(draft);
  if (state.sync === undefined) return;
  if (state.height >= state.sync.target) {
    state.sync = undefined;
    emit(draft, { type: 'clearTimer', id: 'sync' });
  } else if (!underWay(draft)) {
    askPeer(draft, { ...state.sync, asked: 0 });
  }
};
