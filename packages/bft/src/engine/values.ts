import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';
import { contextOf, type Draft, emit, holdValue, leaderOf, mayAnswer, send } from './draft.ts';

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
  const before = state.fetching !== undefined && equalBytes(state.fetching.digest, digest) ? state.fetching : undefined;
  const asked = before?.asked ?? 0;
  const others = committee.filter(({ peer }) => peer !== config.self);
  const spoke = from === config.self ? undefined : from;
  const peer = spoke ?? others[(state.member + 1 + asked) % Math.max(others.length, 1)]?.peer;
  if (peer === undefined) return;
  send(draft, peer, { TAG: 'wantValue', data: { digest } });
  // Members that are ahead dropped the value, but their applications keep it.
  if (state.stage === 'decided') askDecisions(draft, peer, state.height);
  state.fetching = { digest, asked: asked + 1, awaited: new Set(before?.awaited).add(peer) };
  emit(draft, { type: 'setTimer', id: 'fetch', ms: Math.ceil(config.schedule.timeout(state.height, 0) / 8) });
};

/** Asks a peer for the decisions from a height on; its next answer is listened to. */
export const askDecisions = (draft: Draft, peer: string, from: number): void => {
  draft.state.awaited = new Set(draft.state.awaited).add(peer);
  send(draft, peer, { TAG: 'wantDecisions', data: { from } });
};

/** The member that was asked did not answer: the next. */
export const onFetchTimer = (draft: Draft): void => {
  const { fetching, values } = draft.state;
  if (fetching !== undefined && !values.has(bytesToHex(fetching.digest))) fetchValue(draft, fetching.digest, undefined);
};

/** A peer lacks a value: it gets it when it is here. */
export const onWantValue = (draft: Draft, from: string, digest: Uint8Array): void => {
  const hex = bytesToHex(digest);
  const value = draft.state.values.get(hex);
  if (value !== undefined && mayAnswer(draft, `value ${hex}`, from))
    send(draft, from, { TAG: 'value', data: { value } });
};

/** The bytes of a value from a member that was asked for it, or from the leader of the view, ahead of its proposal. */
export const onValue = (draft: Draft, from: string, value: Uint8Array): void => {
  const { state, config } = draft;
  const { fetching } = state;
  const ahead =
    state.proposal === undefined &&
    state.pushed === undefined &&
    contextOf(draft).committee[leaderOf(draft, state.opening)]?.peer === from;
  const awaited = fetching?.awaited.has(from) === true;
  if ((!awaited && !ahead) || value.length > config.limits.valueBytes) return;
  const digest = config.digest(value);
  if (digest !== undefined && awaited && equalBytes(fetching.digest, digest)) {
    holdValue(draft, bytesToHex(digest), value);
    state.fetching = undefined;
    emit(draft, { type: 'clearTimer', id: 'fetch' });
  } else if (digest !== undefined && ahead) {
    state.pushed = { digest: bytesToHex(digest), value };
  } else if (ahead) {
    // No value at all: it has had its turn.
    state.pushed = { digest: '', value: new Uint8Array(0) };
  } else if (awaited) {
    // One wrong answer a question: hashing is not free.
    const others = new Set(fetching.awaited);
    others.delete(from);
    state.fetching = { ...fetching, awaited: others };
  }
};
