import { bytesToHex } from '@noble/hashes/utils.js';
import type { Decision, Output, Parent } from '../application.ts';
import { taggedHash } from '../bytes.ts';
import type { Certificate } from '../certificate.ts';
import type { HeightContext } from '../committee.ts';
import { BftError } from '../errors.ts';
import type { Evidence } from '../evidence.ts';
import type { Effect, Statement } from '../host.ts';
import type { Certified, Message, Proposal, ViewChange } from '../messages.ts';
import { encodeMessage } from '../messages.ts';
import { decodeRecord, encodeRecord, RECORD_KEY, type VoteRecord, valueKey } from '../record.ts';
import type { Rules } from '../rules.ts';
import type { Schedule } from '../schedule.ts';
import type { Scope, Slot } from '../statements.ts';

/** Bounds on what a peer can make a replica hold or compute. */
export interface Limits {
  /** Largest value in bytes. */
  readonly valueBytes: number;
  /** Largest message in bytes: a value, or a run of decisions, and what goes with it. */
  readonly messageBytes: number;
  /** Verifications under way for one peer; what comes beyond is dropped, and sent again by an honest peer. */
  readonly pendingPerPeer: number;
  /** Messages kept for one peer about the next height. */
  readonly futurePerPeer: number;
}

/** What an engine is made of. */
export interface EngineConfig {
  readonly scope: Scope;
  /** This replica's name in the network. */
  readonly self: string;
  readonly schedule: Schedule;
  /** The digest (32 bytes) of a value's bytes, or undefined where they are no value. It must bind every byte. */
  readonly digest: (value: Uint8Array) => Uint8Array | undefined;
  readonly limits: Limits;
  readonly rules: Rules;
}

/** An endorsement that the engine authorises: the signature share may exist from here on, and not before. */
export interface Endorse {
  readonly type: 'endorse';
  readonly slot: Slot;
  readonly digest: Uint8Array;
  /** What is signed, 32 bytes. */
  readonly endorsed: Uint8Array;
  /** Index of the leader, who gathers. */
  readonly leader: number;
}

/** What an engine asks of its host, and of the collector of endorsements beside it. */
export type EngineEffect =
  | Effect
  | Endorse
  /** A height begins: sessions of lower heights are over. */
  | { readonly type: 'height'; readonly height: number; readonly context: HeightContext }
  /** Every signing session of a view below `view` is closed for ever. */
  | { readonly type: 'close'; readonly view: number };

/** What the collector tells the engine. */
export type CollectorOutput =
  | ({ readonly type: 'certified' } & Certified)
  | { readonly type: 'misconduct'; readonly evidence: Evidence };

/** A statement under verification, and what follows when it holds. */
export type Pending =
  | { readonly kind: 'proposal'; readonly from: string; readonly proposal: Proposal }
  | { readonly kind: 'certified'; readonly from: string; readonly certified: Certified }
  | { readonly kind: 'viewChange'; readonly from: string; readonly viewChange: ViewChange }
  | { readonly kind: 'decision'; readonly from: string; readonly decision: Decision };

/** A statement that waits for its signature. */
export type Signing =
  | { readonly kind: 'proposal'; readonly proposal: Omit<Proposal, 'signature'> }
  | { readonly kind: 'viewChange'; readonly viewChange: Omit<ViewChange, 'signature'> };

/** The application's verdict on a fresh value. */
export interface Check {
  readonly view: number;
  readonly digest: string;
  readonly verdict: 'asked' | 'valid' | 'invalid';
}

/** The state of an engine; never changed in place. */
export interface State {
  /** 0 until the application began one. */
  readonly height: number;
  readonly context: HeightContext | undefined;
  readonly parent: Parent | undefined;
  /** Own index in the committee, -1 for an observer. */
  readonly member: number;
  readonly record: VoteRecord;
  /** `changing`: waits for the proposal that opens the view; `decided`: waits for the value, then for the application. */
  readonly stage: 'idle' | 'changing' | 'open' | 'decided';
  /** The view-changes that opened the view this replica leads. */
  readonly opening: readonly ViewChange[];
  readonly proposal: Proposal | undefined;
  readonly check: Check | undefined;
  /** Certificates of the current view, to be sent again. */
  readonly certified: { readonly prepare?: Certified | undefined; readonly commit?: Certified | undefined };
  readonly decision:
    | { readonly digest: Uint8Array; readonly certificate: Certificate; readonly handed: boolean }
    | undefined;
  /** The latest verified view-change of each member. */
  readonly viewChanges: ReadonlyMap<number, ViewChange>;
  /** Own view-change to the current view, as sent. */
  readonly sentViewChange: Uint8Array | undefined;
  /** Values of this height by digest in hex. */
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** A value that the leader sent before its proposal. */
  readonly pushed: { readonly digest: string; readonly value: Uint8Array } | undefined;
  /** The digest that is being fetched, and how many members were asked. */
  readonly fetching: { readonly digest: Uint8Array; readonly asked: number } | undefined;
  readonly sync: { readonly peer: string; readonly target: number; readonly asked: number } | undefined;
  /** Decisions that a peer sent, not yet taken. */
  readonly inbox: { readonly from: string; readonly decisions: readonly Decision[] };
  /** Messages about the next height. */
  readonly future: readonly { readonly from: string; readonly bytes: Uint8Array }[];
  readonly pending: ReadonlyMap<string, Pending>;
  readonly signing: ReadonlyMap<string, Signing>;
  /** Views and members of which evidence was given. */
  readonly accused: ReadonlySet<string>;
  /** The view whose time-out runs, -1 while none does. */
  readonly timed: number;
  readonly nextId: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A step in the making: a copy of the state that handlers assign to, and the effects so far. */
export interface Draft {
  readonly config: EngineConfig;
  readonly state: Mutable<State>;
  readonly effects: EngineEffect[];
}

const scopeHash = ({ chain, instance }: Scope): Uint8Array =>
  taggedHash('scope', chain, new Uint8Array(Array.from(instance, (char) => char.charCodeAt(0))));

const emptyRecord = (scope: Scope): VoteRecord => ({
  scope: scopeHash(scope),
  epoch: 0,
  height: 0,
  view: 0,
  votes: {},
  lock: undefined,
  values: [],
});

/** The state of a replica that starts, from what it made durable. @throws BftError where that is damaged or foreign. */
export const initialState = (config: EngineConfig, persisted: ReadonlyMap<string, Uint8Array>): State => {
  const bytes = persisted.get(RECORD_KEY);
  const record = bytes === undefined ? emptyRecord(config.scope) : decodeRecord(bytes);
  if (bytesToHex(record.scope) !== bytesToHex(scopeHash(config.scope)))
    throw new BftError('foreign-record', 'the durable vote record belongs to another chain or instance');
  const values = new Map<string, Uint8Array>();
  for (const digest of record.values) {
    const value = persisted.get(valueKey(bytesToHex(digest)));
    if (value !== undefined) values.set(bytesToHex(digest), value);
  }
  return {
    height: 0,
    context: undefined,
    parent: undefined,
    member: -1,
    record,
    stage: 'idle',
    opening: [],
    proposal: undefined,
    check: undefined,
    certified: {},
    decision: undefined,
    viewChanges: new Map(),
    sentViewChange: undefined,
    values,
    pushed: undefined,
    fetching: undefined,
    sync: undefined,
    inbox: { from: '', decisions: [] },
    future: [],
    pending: new Map(),
    signing: new Map(),
    accused: new Set(),
    timed: -1,
    nextId: 0,
  };
};

/** Whether this replica may vote at its height: it is a member, and its durable votes are not ahead of it. */
export const mayVote = ({ state }: Draft): boolean => state.member >= 0 && state.record.height <= state.height;

/** The context of the height, which exists once the application began one. */
export const contextOf = ({ state }: Draft): HeightContext => state.context!;

/** Whether this replica leads its current view. */
export const leads = (draft: Draft): boolean => leaderOf(draft, draft.state.opening) === draft.state.member;

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

/** Asks the host to verify; drops the item where its peer has too many under way. */
export const verify = (draft: Draft, item: Pending, statement: Statement): void => {
  const { state, config } = draft;
  let busy = 0;
  for (const other of state.pending.values()) if (other.from === item.from) busy++;
  if (busy >= config.limits.pendingPerPeer) return;
  const id = `verify/${state.nextId++}`;
  state.pending = new Map(state.pending).set(id, item);
  emit(draft, { type: 'verify', id, peer: item.from, statement });
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
  if (!draft.state.values.has(hex)) draft.state.values = new Map(draft.state.values).set(hex, value);
};
