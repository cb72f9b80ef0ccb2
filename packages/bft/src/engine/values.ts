import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';
import { contextOf, type Draft, emit, holdValue, leaderOf, send } from './state.ts';

/** Whether the value of `digest` is here, a value that its leader sent ahead included. */
export const takePushed = (draft: Draft, digest: Uint8Array): boolean => {
  const { state } = draft;
  const hex = bytesToHex(digest);
  if (state.pushed?.digest === hex) {
    holdValue(draft, hex, state.pushed.value);
    state.pushed = undefined;
  }
  return state.values.has(hex);
};

/** Asks one member after another for a value: first `from`, who spoke of it, then the committee in order. */
export const fetchValue = (draft: Draft, digest: Uint8Array, from: string | undefined): void => {
  const { state, config } = draft;
  const { committee } = contextOf(draft);
  const asked = state.fetching !== undefined && equalBytes(state.fetching.digest, digest) ? state.fetching.asked : 0;
  const others = committee.filter(({ peer }) => peer !== config.self);
  const peer = from ?? others[(state.member + 1 + asked) % Math.max(others.length, 1)]?.peer;
  if (peer === undefined) return;
  send(draft, peer, { TAG: 'wantValue', data: { digest } });
  // Members that are ahead dropped the value, but their applications keep it.
  if (state.stage === 'decided') send(draft, peer, { TAG: 'wantDecisions', data: { from: state.height } });
  state.fetching = { digest, asked: asked + 1 };
  emit(draft, { type: 'setTimer', id: 'fetch', ms: Math.ceil(config.schedule.timeout(state.height, 0) / 8) });
};

/** The member that was asked did not answer: the next. */
export const onFetchTimer = (draft: Draft): void => {
  const { fetching, values } = draft.state;
  if (fetching !== undefined && !values.has(bytesToHex(fetching.digest))) fetchValue(draft, fetching.digest, undefined);
};

/** A peer lacks a value: it gets it when it is here. */
export const onWantValue = (draft: Draft, from: string, digest: Uint8Array): void => {
  const value = draft.state.values.get(bytesToHex(digest));
  if (value !== undefined) send(draft, from, { TAG: 'value', data: { value } });
};

/** The bytes of a value that was asked for, or that the leader of the view sends ahead of its proposal. */
export const onValue = (draft: Draft, from: string, value: Uint8Array): void => {
  const { state, config } = draft;
  if (value.length > config.limits.valueBytes) return;
  const ahead =
    state.proposal === undefined &&
    state.pushed === undefined &&
    contextOf(draft).committee[leaderOf(draft, state.opening)]?.peer === from;
  if (state.fetching === undefined && !ahead) return;
  const digest = config.digest(value);
  if (digest === undefined) return;
  if (state.fetching !== undefined && equalBytes(state.fetching.digest, digest)) {
    holdValue(draft, bytesToHex(digest), value);
    state.fetching = undefined;
    emit(draft, { type: 'clearTimer', id: 'fetch' });
  } else if (ahead) {
    state.pushed = { digest: bytesToHex(digest), value };
  }
};
