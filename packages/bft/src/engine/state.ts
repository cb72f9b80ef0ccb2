import { bytesToHex } from '@noble/hashes/utils.js';
import type { Decision, Parent } from '../application.ts';
import { equalBytes } from '../bytes.ts';
import type { Certificate } from '../certificate.ts';
import type { HeightContext } from '../committee.ts';
import { BftError } from '../errors.ts';
import type { Evidence } from '../evidence.ts';
import type { Effect } from '../host.ts';
import type { Certified, Prepared, Proposal, ViewChange } from '../messages.ts';
import { decodeRecord, RECORD_KEY, type VoteRecord, valueDigest } from '../record.ts';
import { type Slot, scopeHash } from '../statements.ts';
import type { EngineConfig } from './config.ts';

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
  | { readonly type: 'close'; readonly view: number }
  | Announce;

/** A proposal that holds, behind its value where that is at hand: the leader's own to be spread, or a peer's to be passed on. */
export interface Announce {
  readonly type: 'announce';
  /** Index of the leader, where the spreading began. */
  readonly leader: number;
  /** Messages of the engine, in the order in which they are to be sent. */
  readonly messages: readonly Uint8Array[];
}

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

/** The application's verdict on a fresh value of the current view. */
export interface Check {
  readonly digest: string;
  readonly verdict: 'asked' | 'valid' | 'invalid';
}

/** The state of an engine; never changed in place. */
export interface State {
  /** 0 until the application began one. */
  readonly height: number;
  readonly context: HeightContext | undefined;
  readonly parent: Parent | undefined;
  /** Whether the application has yet to say `go`: view 0 has not begun. */
  readonly waits: boolean;
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
  /** The value that a member sent before the proposal of the view, one a member; hashed when the proposal that it sent or leads with holds. */
  readonly pushed: ReadonlyMap<string, Uint8Array>;
  /** The digest that is being fetched, how many members were asked, and who has not answered. */
  readonly fetching:
    | { readonly digest: Uint8Array; readonly asked: number; readonly awaited: ReadonlySet<string> }
    | undefined;
  /** The peer that is asked for decisions, or will be when `asked` is 0; the height to reach; how many were asked. */
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
  /** The highest view whose time-out was started, -1 before the first. */
  readonly timed: number;
  /** The last view that a quorum was seen to move to, and whether the time for the view-changes of the others is over. */
  readonly gathering: { readonly view: number; readonly over: boolean } | undefined;
  /** Whose turn it is to be told what one last said. */
  readonly turn: number;
  readonly nextId: number;
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

type OfOneHeight = Pick<
  State,
  | 'highest'
  | 'opening'
  | 'proposal'
  | 'check'
  | 'certified'
  | 'decision'
  | 'viewChanges'
  | 'sentViewChange'
  | 'pushed'
  | 'fetching'
  | 'awaited'
  | 'liars'
  | 'answered'
  | 'accused'
  | 'timed'
  | 'gathering'
>;

/** What begins anew with every height. */
export const ofOneHeight = (): OfOneHeight => ({
  highest: undefined,
  opening: [],
  proposal: undefined,
  check: undefined,
  certified: undefined,
  decision: undefined,
  viewChanges: new Map(),
  sentViewChange: undefined,
  pushed: new Map(),
  fetching: undefined,
  awaited: new Set(),
  liars: new Set(),
  answered: new Set(),
  accused: new Set(),
  timed: -1,
  gathering: undefined,
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
    waits: false,
    member: -1,
    record,
    ahead: undefined,
    strays,
    stage: 'idle',
    ...ofOneHeight(),
    values,
    sync: undefined,
    inbox: NOTHING,
    future: [],
    pending: new Map(),
    signing: new Map(),
    turn: 0,
    nextId: 0,
  };
};
