import type { CoordinatorConfig } from '../config.ts';
import type { Effect, SignKind } from '../host.ts';
import { encodeMessage, type Message, type Response } from '../messages.ts';
import type { Rules } from '../rules.ts';
import type { Challenge, Entry } from '../scheme.ts';

/** What somebody did that no honest cosigner does: known here alone, no evidence for others. */
export type FaultKind = 'entry' | 'nonce' | 'response' | 'endorsement' | 'refusal';

/** What a coordinator tells its caller. */
export type CoordinatorOutput =
  /** Done: a signature of exactly the cosigners in `mask` over `message`, and every valid endorsement that came. */
  | {
      readonly type: 'signed';
      readonly session: Uint8Array;
      readonly message: Uint8Array;
      readonly mask: Uint8Array;
      /** 64 bytes. */
      readonly signature: Uint8Array;
      readonly endorsements: readonly { readonly index: number; readonly signature: Uint8Array }[];
      /** How many attempts were begun. */
      readonly attempts: number;
    }
  /** A cosigner will not sign; `signature` is its own over the refusal. */
  | {
      readonly type: 'refused';
      readonly session: Uint8Array;
      readonly index: number;
      readonly reason: Uint8Array;
      readonly signature: Uint8Array;
    }
  /**
   * Given up: `timeout`; `refused`, where too many refuse or cheat for the policy; `attempts`, where as many as there may be came to
   * nothing; `limits`, where the session could not begin.
   */
  | {
      readonly type: 'failed';
      readonly session: Uint8Array;
      readonly reason: 'timeout' | 'refused' | 'attempts' | 'limits';
    }
  | { readonly type: 'fault'; readonly session: Uint8Array; readonly index: number; readonly kind: FaultKind };

/** What a coordinator is told to do; all bytes are its own from then on. */
export type CoordinatorCommand =
  /**
   * Have `message` signed as `session` (32 bytes). With a payload it is announced; without one the cosigners are opened by
   * their callers, who know of it otherwise.
   */
  | {
      readonly type: 'begin';
      readonly session: Uint8Array;
      readonly message: Uint8Array;
      readonly payload?: Uint8Array;
    }
  /** Nobody waits for it any more. */
  | { readonly type: 'close'; readonly session: Uint8Array };

/** One cosigner in a session. */
export interface Member {
  /** `refused`: by its own word. `excluded`: for a fault. */
  standing: 'in' | 'refused' | 'excluded';
  /** Verified, and in no list yet. */
  entry: Entry | undefined;
  /** Number of its newest entry, -1 before the first. */
  serial: number;
  /** The attempt that it owes a response to. */
  pending: number | undefined;
  /** It lost the nonces of a list, as a restart does: others are preferred. */
  lapsed: boolean;
  /** The number of the entry that it was asked for directly, -1 for none. */
  asked: number;
  /** Which relay passed on an entry in its name that is not its own. */
  suspect: number | undefined;
  /** When its entry came, among all. */
  arrival: number;
}

/** A response with how it came. */
export interface Received {
  readonly s: Uint8Array;
  readonly from: number;
  /** Whether the equation of this response was checked. */
  readonly checked: boolean;
}

/** One list, and what answers it. */
export interface Attempt {
  readonly number: number;
  readonly list: readonly Entry[];
  /** What we sign for it: what its responses name. */
  readonly statement: Uint8Array;
  readonly challenge: Challenge;
  /** The list as it is sent; undefined until it is signed. */
  bytes: Uint8Array | undefined;
  readonly responses: Map<number, Received>;
  /** Relays that passed on a wrong response of a cosigner, by cosigner. */
  readonly suspects: Map<number, number>;
  /** The sum failed: from now on each response is checked as it comes. */
  opened: boolean;
  late: boolean;
  dead: boolean;
}

/** A session under way. Steps change copies alone. */
export interface Session {
  readonly name: string;
  readonly session: Uint8Array;
  readonly message: Uint8Array;
  readonly digest: Uint8Array;
  readonly payload: Uint8Array | undefined;
  announcement: Uint8Array | undefined;
  /** To be changed through {@link change} alone. */
  readonly members: Readonly<Member>[];
  readonly attempts: Attempt[];
  /** The time for entries is up. */
  commitOver: boolean;
  /** Another attempt is needed: whoever owes no response is asked for an entry. */
  wanting: boolean;
  arrivals: number;
  readonly endorsements: Map<number, Uint8Array>;
}

/** An item under verification: whose it is, and through whom it came. */
export type Item =
  | { readonly of: 'entry'; readonly serial: number; readonly entry: Entry; readonly refusing: number | undefined }
  | { readonly of: 'response'; readonly attempt: number; readonly response: Response }
  | { readonly of: 'refusal'; readonly reason: Uint8Array; readonly signature: Uint8Array };

/** What an answer of the host belongs to. */
export type Waiting =
  | { readonly for: 'items'; readonly name: string; readonly from: number; readonly items: readonly Item[] }
  | { readonly for: 'announcement'; readonly name: string }
  | { readonly for: 'list'; readonly name: string; readonly attempt: number };

/** The state of a coordinator. */
export interface CoordinatorState {
  readonly sessions: ReadonlyMap<string, Session>;
  /** By index, from -8 to 0: below 0 a cosigner was silent, or altered what it passed on, more than it answered. */
  readonly scores: readonly number[];
  readonly waiting: ReadonlyMap<string, Waiting>;
  readonly nextId: number;
}

/** A step under way: copies of what it changes, and its effects so far. */
export interface Draft {
  readonly config: CoordinatorConfig;
  readonly rules: Rules;
  readonly sessions: Map<string, Session>;
  readonly touched: Set<string>;
  /** Members that are this step's own already. */
  readonly changed: Set<Readonly<Member>>;
  scores: readonly number[];
  readonly waiting: Map<string, Waiting>;
  nextId: number;
  readonly effects: Effect<CoordinatorOutput>[];
}

/** A session of this step's own to change. */
export const touch = (draft: Draft, name: string): Session | undefined => {
  const known = draft.sessions.get(name);
  if (known === undefined || draft.touched.has(name)) return known;
  const own = {
    ...known,
    members: known.members.slice(),
    attempts: known.attempts.map((attempt) => ({
      ...attempt,
      responses: new Map(attempt.responses),
      suspects: new Map(attempt.suspects),
    })),
    endorsements: new Map(known.endorsements),
  };
  draft.sessions.set(name, own);
  draft.touched.add(name);
  return own;
};

/** A member of a touched session, to be changed: a copy of its own for this step, since a step is made for every message. */
export const change = (draft: Draft, { members }: Session, index: number): Member => {
  const member = members[index]!;
  if (draft.changed.has(member)) return member;
  const own = { ...member };
  members[index] = own;
  draft.changed.add(own);
  return own;
};

/** The members of whom something is true, ascending. */
export const indicesWhere = (
  { members }: Session,
  holds: (member: Readonly<Member>, index: number) => boolean,
): number[] => {
  const indices: number[] = [];
  for (let index = 0; index < members.length; index++) if (holds(members[index]!, index)) indices.push(index);
  return indices;
};

/** Sends the same bytes to each of these. */
export const sendBytes = (draft: Draft, to: readonly number[], bytes: Uint8Array): void => {
  for (const index of to) draft.effects.push({ type: 'send', to: draft.config.peers[index]!, bytes });
};

/** Sends to a cosigner by its index. */
export const sendTo = (draft: Draft, index: number, message: Message): void =>
  sendBytes(draft, [index], encodeMessage(message));

export const output = (draft: Draft, value: CoordinatorOutput): void => {
  draft.effects.push({ type: 'output', value });
};

/** Asks the host to sign; its answer comes back with what it is for. */
export const sign = (draft: Draft, kind: SignKind, message: Uint8Array, waiting: Waiting): void => {
  const id = `${kind}/${draft.nextId++}`;
  draft.waiting.set(id, waiting);
  draft.effects.push({ type: 'sign', id, kind, message });
};

/** What a relay loses in score for passing on something else than it was given. */
export const ALTERED = -3;

/** What a relay loses in score for not passing on what others then had to send themselves. */
export const WITHHELD = -2;

/** What a cosigner loses in score for a response that was late, wrong or refused: as much as eight entries give back. */
export const OWED = -8;

const FLOOR = -8;

/** Moves a score, which stays from -8 to 0. */
export const score = (draft: Draft, index: number, change: number): void => {
  const moved = Math.min(0, Math.max(FLOOR, draft.scores[index]! + change));
  if (moved !== draft.scores[index]) draft.scores = draft.scores.map((known, i) => (i === index ? moved : known));
};
