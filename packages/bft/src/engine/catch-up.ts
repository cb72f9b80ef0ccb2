import type { Decision } from '../application.ts';
import { equalBytes } from '../bytes.ts';
import { certificateStatement } from './claims.ts';
import { ask, contextOf, type Draft, emit, send, verify } from './state.ts';

const armSync = (draft: Draft): void =>
  emit(draft, { type: 'setTimer', id: 'sync', ms: draft.config.schedule.timeout(draft.state.height, 0) });

/** Someone speaks of a greater height: ask for the decisions between, one peer at a time. */
export const behind = (draft: Draft, peer: string, height: number): void => {
  const { state } = draft;
  if (state.sync !== undefined) {
    if (height > state.sync.target) state.sync = { ...state.sync, target: height };
    return;
  }
  if (state.decision?.handed === true && height === state.height + 1) return;
  state.sync = { peer, target: height, asked: 0 };
  request(draft);
};

const request = (draft: Draft): void => {
  const { state } = draft;
  if (state.sync === undefined) return;
  const from = state.decision?.handed === true ? state.height + 1 : state.height;
  send(draft, state.sync.peer, { TAG: 'wantDecisions', data: { from } });
  armSync(draft);
};

/** No answer from the peer that was asked: the next; after a whole round it waits until someone speaks again. */
export const onSyncTimer = (draft: Draft): void => {
  const { state, config } = draft;
  if (state.sync === undefined) return;
  const others = contextOf(draft).committee.filter(({ peer }) => peer !== config.self);
  const at = others.findIndex(({ peer }) => peer === state.sync!.peer);
  const next = others[(at + 1) % Math.max(others.length, 1)];
  if (next === undefined || state.sync.asked >= others.length) {
    state.sync = undefined;
    return;
  }
  state.sync = { ...state.sync, peer: next.peer, asked: state.sync.asked + 1 };
  request(draft);
};

/** A peer's height: help one that is behind to learn so, and learn it oneself. */
export const onStatus = (draft: Draft, from: string, height: number): void => {
  if (height > draft.state.height) behind(draft, from, height);
  else if (height < draft.state.height) tellHeight(draft, from);
};

/** Tells a peer that is behind how far this replica is. */
export const tellHeight = (draft: Draft, to: string): void =>
  send(draft, to, { TAG: 'status', data: { height: draft.state.height } });

/** A peer asks for decisions: the application keeps them. */
export const onWantDecisions = (draft: Draft, peer: string, from: number): void => {
  if (from < draft.state.height) ask(draft, { type: 'history', peer, from });
};

/** Decisions from a peer: taken one by one, for each opens the context of the next. */
export const onDecisions = (draft: Draft, from: string, decisions: readonly Decision[]): void => {
  const { state } = draft;
  if (state.inbox.decisions.length > 0 && state.inbox.from !== from) return;
  state.inbox = { from, decisions };
  takeDecision(draft);
};

/** Looks for the decision of this height in the inbox, and asks for more when it is empty. */
export const takeDecision = (draft: Draft): void => {
  const { state, config } = draft;
  if (state.decision?.handed === true) return;
  const decisions = state.inbox.decisions.filter(({ height }) => height >= state.height);
  const [next] = decisions;
  state.inbox = { from: state.inbox.from, decisions: decisions.slice(1) };
  if (next !== undefined && next.height === state.height && next.value.length <= config.limits.valueBytes) {
    const digest = config.digest(next.value);
    const statement = certificateStatement(draft, { ...next, phase: 'commit' });
    if (digest !== undefined && equalBytes(digest, next.digest) && statement !== undefined) {
      verify(draft, { kind: 'decision', from: state.inbox.from, decision: next }, statement);
      return;
    }
  }
  state.inbox = { from: '', decisions: [] };
};

/** A new height: the next decision of the inbox, or a request for more, or the end of catching up. */
export const continueSync = (draft: Draft): void => {
  const { state } = draft;
  if (state.inbox.decisions.length > 0) takeDecision(draft);
  if (state.sync === undefined) return;
  if (state.height >= state.sync.target) {
    state.sync = undefined;
    emit(draft, { type: 'clearTimer', id: 'sync' });
  } else if (
    state.inbox.decisions.length === 0 &&
    ![...state.pending.values()].some(({ kind }) => kind === 'decision')
  ) {
    state.sync = { ...state.sync, asked: 0 };
    request(draft);
  }
};
