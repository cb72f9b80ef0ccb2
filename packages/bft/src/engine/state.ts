import { bytesToHex } from '@noble/hashes/utils.js';
import type { Decision, Output, Parent } from '../application.ts';
import { equalBytes } from '../bytes.ts';
import type { Certificate } from '../certificate.ts';
import { type HeightContext, indexOf } from '../committee.ts';
import { BftError } from '../errors.ts';
import type { Evidence } from '../evidence.ts';
import type { Effect, Statement } from '../host.ts';
import type { Certified, Message, Prepared, Proposal, ViewChange } from '../messages.ts';
import { encodeMessage } from '../messages.ts';
import { decodeRecord, encodeRecord, RECORD_KEY, type VoteRecord, valueDigest } from '../record.ts';
import type { Rules } from '../rules.ts';
import type { Schedule } from '../schedule.ts';
import { type Scope, type Slot, scopeHash } from '../statements.ts';

/**
 * Bounds on what a peer can make a replica hold or compute; whole numbers from 1. Peers that are not members of the
 * committee count as one peer together, so that what all of them can take does not grow with their number.
 *
 * A replica holds at most (n + 1) * (futurePerPeer + pendingPerPeer + 1) messages for others.
 */
export interface Limits {
  /** Largest value in bytes. */
  readonly valueBytes: number;
  /**
   * Largest message in bytes. It must hold a value with its certificate and 53 bytes more, and the proposal that opens a
   * view: (n - f) * 118 bytes, the attachments of the schedule, a certificate and 110 bytes more.
   */
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

/** A peer's statement, and what follows when it holds. */
export type Stated =
  | { readonly kind: 'proposal'; readonly from: string; readonly proposal: Proposal }
  | { readonly kind: 'certified'; readonly from: string; readonly certified: Certified }
  | {
      readonly kind: 'viewChange';
      readonly from: string;
      readonly viewChange: ViewChange;
      /** The certificate of its claim, where that is to be verified with it. */
      readonly proof: Certificate | undefined;
    }
  | { readonly kind: 'decision'; readonly from: string; readonly decision: Decision };

/** A statement under verification, and the name under which it is counted. */
export type Pending = Stated & { readonly account: string };

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
  /** The record of this height; as durable, but for a view that was entered and not voted in yet. */
  readonly record: VoteRecord;
  /** The durable record while it is of a greater height: the application went back, and until it is there nothing is voted. */
  readonly ahead: { readonly record: VoteRecord; readonly values: ReadonlyMap<string, Uint8Array> } | undefined;
  /** Keys of durable values that no record names, left by a crash: removed when a height is over. */
  readonly strays: readonly string[];
  /** `changing`: waits for the proposal that opens the view; `decided`: waits for the value, then for the application. */
  readonly stage: 'idle' | 'changing' | 'open' | 'decided';
  /** The highest prepare certificate that was verified at this height, the lock included. */
  readonly highest: Prepared | undefined;
  /** The view-changes that opened the view this replica leads. */
  readonly opening: readonly ViewChange[];
  readonly proposal: Proposal | undefined;
  readonly check: Check | undefined;
  /** The prepare certificate of the current view, to be sent again. */
  readonly certified: Certified | undefined;
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
  /** The digest that is being fetched, how many members were asked, and who has not answered. */
  readonly fetching:
    | { readonly digest: Uint8Array; readonly asked: number; readonly awaited: ReadonlySet<string> }
    | undefined;
  readonly sync: { readonly peer: string; readonly target: number; readonly asked: number } | undefined;
  /** Peers that were asked for decisions and have not answered: nobody else's are looked at. */
  readonly awaited: ReadonlySet<string>;
  /** Decisions that a peer sent, not yet taken. */
  readonly inbox: { readonly from: string; readonly decisions: readonly Decision[] };
  /** Messages about the next height. */
  readonly future: readonly { readonly from: string; readonly account: string; readonly bytes: Uint8Array }[];
  readonly pending: ReadonlyMap<string, Pending>;
  readonly signing: ReadonlyMap<string, Signing>;
  /** Members that sent a false or malformed statement: they are not heard any more at this height. */
  readonly liars: ReadonlySet<string>;
  /** Large answers that were given since the last repetition. */
  readonly answered: ReadonlySet<string>;
  /** Views and members of which evidence was given. */
  readonly accused: ReadonlySet<string>;
  /** The view whose time-out runs, -1 while none does. */
  readonly timed: number;
  /** Whose turn it is to be told what one last said. */
  readonly turn: number;
  readonly nextId: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A step in the making: a copy of the state that handlers assign to, and the effects so far. */
export interface Draft {
  readonly config: EngineConfig;
  readonly state: Mutable<State>;
  readonly effects: EngineEffect[];
}

/** An inbox without decisions. */
export const NOTHING: State['inbox'] = { from: '', decisions: [] };

/** The record of a height in which nothing was said yet. */
export const emptyRecord = (scope: Uint8Array, epoch: number, height: number): VoteRecord => ({
  scope,
  epoch,
  height,
  view: 0,
  votes: {},
  lock: undefined,
  values: [],
});

/** The state of a replica that starts, from what it made durable. @throws BftError where that is damaged or foreign. */
export const initialState = (config: EngineConfig, persisted: ReadonlyMap<string, Uint8Array>): State => {
  const bytes = persisted.get(RECORD_KEY);
  const scope = scopeHash(config.scope);
  const record = bytes === undefined ? emptyRecord(scope, 0, 0) : decodeRecord(bytes);
  if (!equalBytes(record.scope, scope))
    throw new BftError('foreign-record', 'the durable vote record belongs to another chain or instance');
  const named = new Map(record.values.map((digest) => [bytesToHex(digest), digest]));
  const values = new Map<string, Uint8Array>();
  const strays: string[] = [];
  for (const [key, value] of persisted) {
    const hex = valueDigest(key);
    const wanted = hex === undefined ? undefined : named.get(hex);
    if (hex === undefined) continue;
    if (wanted === undefined) strays.push(key);
    else if (equalBytes(config.digest(value) ?? new Uint8Array(0), wanted)) values.set(hex, value);
    else throw new BftError('malformed', `the durable value ${hex} is damaged; restore it or retire this key`);
  }
  return {
    height: 0,
    context: undefined,
    parent: undefined,
    member: -1,
    record,
    ahead: undefined,
    strays,
    stage: 'idle',
    highest: undefined,
    opening: [],
    proposal: undefined,
    check: undefined,
    certified: undefined,
    decision: undefined,
    viewChanges: new Map(),
    sentViewChange: undefined,
    values,
    pushed: undefined,
    fetching: undefined,
    sync: undefined,
    awaited: new Set(),
    inbox: NOTHING,
    future: [],
    pending: new Map(),
    signing: new Map(),
    liars: new Set(),
    answered: new Set(),
    accused: new Set(),
    timed: -1,
    turn: 0,
    nextId: 0,
  };
};

/** Whether this replica may vote at its height: it is a member, and its durable votes are not ahead of it. */
export const mayVote = ({ state }: Draft): boolean => state.member >= 0 && state.ahead === undefined;

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

/** Under which name a peer's messages are counted: its own for a member, one name for all others. */
export const accountOf = (draft: Draft, peer: string): string =>
  indexOf(contextOf(draft).committee, peer) < 0 ? '' : peer;

/** An honest peer sends no false statement: whoever sent one is not heard any more until the next height. */
export const distrust = ({ state }: Draft, account: string): void => {
  state.liars = new Set(state.liars).add(account);
};

/**
 * Has the host verify what a peer says, unless that peer lied at this height or has too many verifications under way;
 * `claims` makes the statement, undefined where what it says is malformed. Peers that are not members share an account.
 */
export const verify = (draft: Draft, stated: Stated, claims: () => Statement | undefined): void => {
  const { state, config } = draft;
  const account = accountOf(draft, stated.from);
  if (state.liars.has(account)) return;
  let busy = 0;
  for (const other of state.pending.values()) if (other.account === account) busy++;
  if (busy >= config.limits.pendingPerPeer) return;
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
  if (!draft.state.values.has(hex)) draft.state.values = new Map(draft.state.values).set(hex, value);
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
