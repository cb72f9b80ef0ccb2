import { bytesToHex } from '@noble/hashes/utils.js';
import type { DrpCommand, DrpConfig, DrpOutput } from '../config.ts';
import type { Evidence } from '../dealing.ts';
import type { Session } from '../epoch.ts';
import type { Effect, SignKind } from '../host.ts';
import type { Layout } from '../layout.ts';
import { encodeMessage, type Message } from '../messages.ts';
import type { Rules } from '../rules.ts';
import type { Selection } from '../selection.ts';
import type { Statement } from '../statements.ts';

/** A signed dealing that is here. */
export interface Held {
  readonly dealer: number;
  /** `dealingDigest` of the bytes. */
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
  /** Whether the dealer sent it itself. */
  readonly direct: boolean;
  readonly status: 'unchecked' | 'checking' | 'valid' | 'bad';
}

/** A selection that is checked, or signed off. */
export interface Chosen {
  readonly bytes: Uint8Array;
  readonly selection: Selection;
  /** `dealingKey` of each entry. */
  readonly keys: readonly string[];
  /** Whether somebody waits for `checked`. */
  asked: boolean;
  /** How often its missing dealings were asked for. */
  round: number;
  /** Whether it holds here; undefined until known. */
  verdict: boolean | undefined;
  /** Whether it is on the disk with its dealings. */
  durable: boolean;
}

/** The shares of one server, of all selected dealings of its group. */
export interface HeldShares {
  readonly shares: readonly Uint8Array[];
  readonly status: 'unchecked' | 'checking' | 'valid' | 'bad';
}

/** The selection of a session that was signed off. */
export interface Decided {
  /** Its digest in hex. */
  readonly digest: string;
  readonly proof: Uint8Array;
  /** `waiting` for its dealings, `decrypting` on the host, then `open`; `refused` by the host. */
  phase: 'waiting' | 'decrypting' | 'open' | 'refused';
  /** Whether it was here that it became the one selection of its attempt, rather than before a restart. */
  kept: boolean;
  /** By server. */
  readonly shares: Map<number, HeldShares>;
  recovered: boolean;
}

/** What a client has. */
export interface Collecting {
  /** By dealer: the key of the first dealing that it sent. */
  readonly received: Map<number, string>;
  selected: Uint8Array | undefined;
}

/** All that is known of an open session. Steps change copies alone. */
export interface Run {
  /** Id of the session in hex. */
  readonly key: string;
  readonly layout: Layout;
  /** Key of the own dealing, once it is made. */
  own: string | undefined;
  /** By `dealingKey`. */
  readonly dealings: Map<string, Held>;
  /** How many messages each server was sent on its request. */
  readonly served: Map<number, number>;
  /** By digest in hex, oldest first. */
  readonly chosen: Map<string, Chosen>;
  /** Shares that came before the sign-off, the last of each server. */
  readonly early: Map<number, { readonly digest: string; readonly shares: Uint8Array }>;
  /** By dealer: how many dealings it sent unasked; the first 4 are compared with the one that is held. */
  readonly doubts: Map<number, number>;
  collecting: Collecting | undefined;
  decided: Decided | undefined;
}

/** What an answer of the host belongs to. */
export type Waiting =
  | { readonly for: 'deal' | 'decrypt'; readonly key: string }
  | { readonly for: 'dealings'; readonly key: string; readonly dealings: readonly string[] }
  /** Whether a wrong dealing is at least signed. */
  | { readonly for: 'blame'; readonly key: string; readonly dealer: number }
  | { readonly for: 'shares'; readonly key: string; readonly servers: readonly number[] }
  | { readonly for: 'doubt'; readonly dealer: number; readonly evidence: Evidence };

/** The state of the machine. */
export interface DrpState {
  /** By key, oldest first. */
  readonly runs: ReadonlyMap<string, Run>;
  readonly waiting: ReadonlyMap<string, Waiting>;
  /** By attempt: the digest, in hex, of the selection that is decrypted. */
  readonly decrypted: ReadonlyMap<number, string>;
  /** Sessions that were closed to make room, by key: no more than were ever opened, each with a dealing on the host's disk. */
  readonly evicted: ReadonlyMap<string, Session>;
  /** What was durable at the start, and was not taken up yet. */
  readonly stored: ReadonlyMap<string, Uint8Array>;
  readonly nextId: number;
}

/** What the machine is made of. */
export interface Environment {
  readonly config: DrpConfig;
  readonly rules: Rules;
  /** By server: its name in the host's network, the identity key in hex. */
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
}

/** A step under way: copies of what it changes, and its effects so far. */
export interface Draft extends Environment {
  readonly runs: Map<string, Run>;
  readonly touched: Set<string>;
  readonly waiting: Map<string, Waiting>;
  readonly decrypted: Map<number, string>;
  readonly evicted: Map<string, Session>;
  readonly stored: Map<string, Uint8Array>;
  nextId: number;
  readonly effects: Effect<DrpOutput>[];
}

/**
 * Under which key a dealing is held. The dealer is part of it: a client that gives out the dealing of one server as that of
 * another must not spoil the good one.
 */
export const dealingKey = ({ dealer, digest }: { readonly dealer: number; readonly digest: Uint8Array }): string =>
  `${bytesToHex(digest)}/${dealer}`;

/** A selection of which nothing is known yet. */
export const chosenOf = (bytes: Uint8Array, selection: Selection): Chosen => ({
  bytes,
  selection,
  keys: selection.entries.map(dealingKey),
  asked: false,
  round: 0,
  verdict: undefined,
  durable: false,
});

/** Gives what is held under these keys another status. */
export const mark = <K, V extends { readonly status: string }>(
  held: Map<K, V>,
  keys: readonly K[],
  status: V['status'],
): void => {
  for (const key of keys) held.set(key, { ...held.get(key)!, status });
};

const copyEach = <K, V extends object>(map: ReadonlyMap<K, V>): Map<K, V> =>
  new Map([...map].map(([key, value]) => [key, { ...value }]));

/** A run of this step's own to change. */
export const touch = (draft: Draft, key: string): Run | undefined => {
  const known = draft.runs.get(key);
  if (known === undefined || draft.touched.has(key)) return known;
  const { collecting, decided } = known;
  const own: Run = {
    ...known,
    dealings: new Map(known.dealings),
    served: new Map(known.served),
    chosen: copyEach(known.chosen),
    early: new Map(known.early),
    doubts: new Map(known.doubts),
    collecting: collecting && { ...collecting, received: new Map(collecting.received) },
    decided: decided && { ...decided, shares: new Map(decided.shares) },
  };
  draft.runs.set(key, own);
  draft.touched.add(key);
  return own;
};

/** A session of which nothing is known yet. */
export const addRun = (draft: Draft, layout: Layout): Run => {
  const key = bytesToHex(layout.id);
  const isClient = layout.session.client === draft.config.self;
  const added: Run = {
    key,
    layout,
    own: undefined,
    dealings: new Map(),
    served: new Map(),
    chosen: new Map(),
    early: new Map(),
    doubts: new Map(),
    collecting: isClient ? { received: new Map(), selected: undefined } : undefined,
    decided: undefined,
  };
  draft.runs.set(key, added);
  draft.touched.add(key);
  return added;
};

/** Sends to a server by its index. */
export const sendTo = (draft: Draft, server: number, message: Message): void => {
  draft.effects.push({ type: 'send', to: draft.names[server]!, bytes: encodeMessage(message) });
};

/** Tells the caller. */
export const tell = (draft: Draft, value: DrpOutput): void => {
  draft.effects.push({ type: 'output', value });
};

/** Tells the caller that a command cannot be followed. */
export const refuse = (
  draft: Draft,
  command: DrpCommand['type'],
  reason: Extract<DrpOutput, { type: 'refused' }>['reason'],
): void => tell(draft, { type: 'refused', command, reason });

/** Asks the host to verify; its answer comes back with what it is for. */
export const verify = (draft: Draft, part: Partial<Statement>, waiting: Waiting): void => {
  const id = `${waiting.for}/${draft.nextId++}`;
  draft.waiting.set(id, waiting);
  draft.effects.push({ type: 'verify', id, statement: { signatures: [], dealings: [], shares: [], ...part } });
};

/** Asks the host to use a secret; its answer comes back with what it is for. */
export const sign = (draft: Draft, kind: SignKind, key: string, message: Uint8Array): void => {
  const id = `${kind}/${draft.nextId++}`;
  draft.waiting.set(id, { for: kind, key });
  draft.effects.push({ type: 'sign', id, kind, message });
};

/** All servers but this one. */
export const others = ({ config }: Environment): number[] =>
  config.roster.flatMap((_, server) => (server === config.self ? [] : [server]));
