import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';
import { indexOf } from '../committee.ts';
import { contextOf, type Draft, emit, holdValue, mayAnswer, send } from './draft.ts';

/** Whether the value of `digest` is here, what these peers sent ahead of the proposal included. */
export const takePushed = (draft: Draft, digest: Uint8Array, peers: ReadonlySet<string>): boolean => {
  const { state, config } = draft;
  const hex = bytesToHex(digest);
  const { pushed } = state;
  state.pushed = new Map();
  for (const peer of peers) {
    const value = pushed.get(peer);
    if (state.values.has(hex) || value === undefined) continue;
    const actual = config.digest(value);
    if (actual !== undefined && equalBytes(actual, digest)) holdValue(draft, hex, value);
  }
  return state.values.has(hex);
};

/**
 * Asks one member after another for a value: first `from`, who spoke of it, then the committee in order. What `sender` sends
 * unasked is looked at as well.
 */
export const fetchValue = (
  draft: Draft,
  digest: Uint8Array,
  from: string | undefined,
  sender: string | undefined = from,
): void => {
  const { state, config } = draft;
  const { committee } = contextOf(draft);
  const before = state.fetching !== undefined && equalBytes(state.fetching.digest, digest) ? state.fetching : undefined;
  const asked = before?.asked ?? 0;
  const others = committee.filter(({ peer }) => peer !== config.self);
  const spoke = from === config.self ? undefined : from;
  const peer = spoke ?? others[(state.member + 1 + asked) % others.length]?.peer;
  if (peer === undefined) return;
  send(draft, peer, { TAG: 'wantValue', data: { digest } });
  // Members that are ahead dropped the value, but their applications keep it.
  if (state.stage === 'decided') askDecisions(draft, peer, state.height);
  const awaited = new Set(before?.awaited).add(peer);
  if (sender !== undefined) awaited.add(sender);
  state.fetching = { digest, asked: asked + 1, awaited };
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

/** The bytes of a value from a member that was asked for it, or that sends it ahead of the proposal. */
export const onValue = (draft: Draft, from: string, value: Uint8Array): void => {
  const { state, config } = draft;
  const { fetching } = state;
  if (value.length > config.limits.valueBytes) return;
  if (fetching?.awaited.has(from) !== true) {
    const ahead = state.proposal === undefined && indexOf(contextOf(draft).committee, from) >= 0;
    if (ahead && !state.pushed.has(from)) state.pushed = new Map(state.pushed).set(from, value);
    return;
  }
  const digest = config.digest(value);
  if (digest !== undefined && equalBytes(fetching.digest, digest)) {
    holdValue(draft, bytesToHex(digest), value);
    state.fetching = undefined;
    return emit(draft, { type: 'clearTimer', id: 'fetch' });
  }
  // One wrong answer a question: hashing is not free.
  const others = new Set(fetching.awaited);
  others.delete(from);
  state.fetching = { ...fetching, awaited: others };
};
