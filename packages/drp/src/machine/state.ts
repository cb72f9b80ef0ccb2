import { bytesToHex } from '@noble/hashes/utils.js';
import type { DrpCommand, DrpConfig, DrpOutput } from '../config.ts';
import type { Evidence } from '../dealing.ts';
import type { Session } from '../epoch.ts';
import type { Effect, SignKind } from '../host.ts';
import type { Layout } from '../layout.ts';
import { encodeMessage, type Message } from '../messages.ts';
import type { Rules } from '../rules.ts';
import type { Selected, Selection } from '../selection.ts';
import type { Statement } from '../statements.ts';
import type { DealingName, Held } from './held.ts';
import type { Status } from './jobs.ts';
import type { PerServer } from './per-server.ts';

/** A selection that is checked, or signed off. */
export interface Chosen {
  readonly bytes: Uint8Array;
  readonly selection: Selection;
  /** Its entries by group. */
  readonly byGroup: ReadonlyMap<number, readonly Selected[]>;
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
  readonly status: Status;
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
  shares: PerServer<HeldShares>;
  recovered: boolean;
}

/** What a client has. */
export interface Collecting {
  /** The digest of the first dealing that each sent. */
  received: PerServer<Uint8Array>;
  selected: Uint8Array | undefined;
}

/** All that is known of an open session. Steps change copies alone. */
export interface Run {
  /** Id of the session in hex. */
  readonly key: string;
  readonly layout: Layout;
  /** The own dealing, once it is made. */
  own: Held | undefined;
  /** By dealer. */
  dealings: PerServer<readonly Held[]>;
  /** How many messages each server was sent on its request. */
  served: PerServer<number>;
  /** By digest in hex, oldest first. */
  readonly chosen: Map<string, Chosen>;
  /** Shares that came before the sign-off, the last of each server. */
  early: PerServer<{ readonly digest: string; readonly shares: Uint8Array }>;
  /** How many dealings each dealer sent unasked; the first 4 are compared with the one that is held. */
  doubts: PerServer<number>;
  collecting: Collecting | undefined;
  decided: Decided | undefined;
}

/** What an answer of the host belongs to. */
export type Waiting =
  | { readonly for: 'deal' | 'decrypt'; readonly key: string }
  | { readonly for: 'dealings'; readonly key: string; readonly dealings: readonly DealingName[] }
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

const byGroup = ({ entries }: Selection): Map<number, Selected[]> => {
  const groups = new Map<number, Selected[]>();
  for (const entry of entries) {
    const own = groups.get(entry.group);
    if (own === undefined) groups.set(entry.group, [entry]);
    else own.push(entry);
  }
  return groups;
};

/** A selection of which nothing is known yet. */
export const chosenOf = (bytes: Uint8Array, selection: Selection): Chosen => ({
  bytes,
  selection,
  byGroup: byGroup(selection),
  asked: false,
  round: 0,
  verdict: undefined,
  durable: false,
});

/** A run of this step's own to change. */
export const touch = (draft: Draft, key: string): Run | undefined => {
  const known = draft.runs.get(key);
  if (known === undefined || draft.touched.has(key)) return known;
  const { chosen, collecting, decided } = known;
  const own: Run = {
    ...known,
    chosen: new Map([...chosen].map(([digest, one]) => [digest, { ...one }])),
    collecting: collecting && { ...collecting },
    decided: decided && { ...decided },
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
    dealings: [],
    served: [],
    chosen: new Map(),
    early: [],
    doubts: [],
    collecting: isClient ? { received: [], selected: undefined } : undefined,
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
