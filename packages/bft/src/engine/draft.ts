import type { Output } from '../application.ts';
import { type HeightContext, indexOf } from '../committee.ts';
import type { Statement } from '../host.ts';
import { encodeMessage, type Message, type Prepared, type ViewChange } from '../messages.ts';
import { encodeRecord, RECORD_KEY, type VoteRecord } from '../record.ts';
import type { EngineConfig } from './config.ts';
import type { EngineEffect, Pending, Signing, State, Stated } from './state.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A step in the making: a copy of the state that handlers assign to, and the effects so far. */
export interface Draft {
  readonly config: EngineConfig;
  readonly state: Mutable<State>;
  readonly effects: EngineEffect[];
}

/** Whether this replica may vote at its height: it is a member, and its durable votes are not ahead of it. */
export const mayVote = ({ state }: Draft): boolean => state.member >= 0 && state.ahead === undefined;

/** The context of the height, which exists once the application began one. */
export const contextOf = ({ state }: Draft): HeightContext => state.context!;

/** Whether this replica leads its current view. */
export const leads = (draft: Draft): boolean =>
  draft.state.member >= 0 && leaderOf(draft, draft.state.opening) === draft.state.member;

/** The leader of the current view when these view-changes open it. */
export const leaderOf = ({ config, state }: Draft, opening: readonly ViewChange[]): number =>
  config.schedule.leader(state.height, state.record.view, opening);

export const emit = (draft: Draft, effect: EngineEffect): void => {
  draft.effects.push(effect);
};

export const send = (draft: Draft, to: string, message: Message): void =>
  emit(draft, { type: 'send', to, bytes: encodeMessage(message) });

export const broadcast = (draft: Draft, message: Message): void =>
  emit(draft, { type: 'broadcast', bytes: encodeMessage(message) });

export const ask = (draft: Draft, value: Output): void => emit(draft, { type: 'output', value });

/** Under which name a peer's messages are counted: its own for a member, one name for all others. */
export const accountOf = (draft: Draft, peer: string): string =>
  indexOf(contextOf(draft).committee, peer) < 0 ? '' : peer;

/** An honest peer sends no false statement: whoever sent one is not heard any more until the next height. */
export const distrust = ({ state }: Draft, account: string): void => {
  state.liars = new Set(state.liars).add(account);
};

/** Whether a peer is heard: it has not lied at this height, and has not too many verifications under way. */
export const hears = (draft: Draft, from: string): boolean => {
  const { state, config } = draft;
  const account = accountOf(draft, from);
  if (state.liars.has(account)) return false;
  let busy = 0;
  for (const other of state.pending.values()) if (other.account === account) busy++;
  return busy < config.limits.pendingPerPeer;
};

/**
 * Has the host verify what a peer says, if that peer is heard; `claims` makes the statement, undefined where what it says is
 * malformed. Peers that are not members share an account.
 */
export const verify = (draft: Draft, stated: Stated, claims: () => Statement | undefined): void => {
  if (!hears(draft, stated.from)) return;
  const account = accountOf(draft, stated.from);
  const statement = claims();
  if (statement === undefined) distrust(draft, account);
  else request(draft, { ...stated, account }, statement);
};

/** Asks the host whether a statement holds. */
export const request = (draft: Draft, item: Pending, statement: Statement): void => {
  const { state } = draft;
  const id = `verify/${state.nextId++}`;
  state.pending = new Map(state.pending).set(id, item);
  emit(draft, { type: 'verify', id, peer: item.from, statement });
};

/** Whether a large answer is due to a peer: each kind at most once between two repetitions of one's own. */
export const mayAnswer = ({ state }: Draft, kind: string, peer: string): boolean => {
  const name = `${kind} ${peer}`;
  if (state.answered.has(name)) return false;
  state.answered = new Set(state.answered).add(name);
  return true;
};

/** Asks the host for a signature by the identity key. */
export const sign = (draft: Draft, item: Signing, message: Uint8Array): void => {
  const id = `sign/${draft.state.nextId++}`;
  draft.state.signing = new Map(draft.state.signing).set(id, item);
  emit(draft, { type: 'sign', id, kind: item.kind, message });
};

/** Changes the vote record and makes it durable before anything that follows. */
export const persistRecord = (draft: Draft, change: Partial<VoteRecord>): void => {
  draft.state.record = { ...draft.state.record, ...change };
  emit(draft, { type: 'persist', key: RECORD_KEY, bytes: encodeRecord(draft.state.record) });
};

/** Keeps a value for the height in memory. */
export const holdValue = (draft: Draft, hex: string, value: Uint8Array): void => {
  draft.state.values = new Map(draft.state.values).set(hex, value);
};

/** The answer was given: the peer may ask for the next at once. */
export const mayAnswerAgain = ({ state }: Draft, kind: string, peer: string): void => {
  const answered = new Set(state.answered);
  answered.delete(`${kind} ${peer}`);
  state.answered = answered;
};

/** Keeps the highest prepare certificate that was verified at this height. */
export const learn = ({ state }: Draft, prepared: Prepared): void => {
  if (state.highest === undefined || prepared.certificate.view > state.highest.certificate.view)
    state.highest = prepared;
};
