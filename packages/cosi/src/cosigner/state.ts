import { bytesToHex } from '@noble/hashes/utils.js';
import type { MachineConfig } from '../config.ts';
import type { Effect, SignKind } from '../host.ts';
import { type Commitment, encodeMessage, type Head, type Message, type Response } from '../messages.ts';
import type { Rules } from '../rules.ts';
import type { Entry } from '../scheme.ts';

/** What a cosigner tells its caller. */
export type CosignerOutput =
  /** A coordinator asks for a signature of `message`: open the session, or refuse it. */
  | {
      readonly type: 'announced';
      readonly session: Uint8Array;
      readonly coordinator: number;
      readonly message: Uint8Array;
      readonly payload: Uint8Array;
    }
  /** One more session than the limit was opened: this one, the oldest, is closed. */
  | { readonly type: 'closed'; readonly session: Uint8Array };

/** What a cosigner is told to do; all bytes are its own from then on. */
export type CosignerCommand =
  /** From now on sign `message`, and nothing else, for this session (32 bytes) of this coordinator. */
  | {
      readonly type: 'open';
      readonly session: Uint8Array;
      readonly coordinator: number;
      readonly message: Uint8Array;
    }
  /** Tell the coordinator why not, in at most 256 bytes, and never sign in this session. */
  | {
      readonly type: 'refuse';
      readonly session: Uint8Array;
      readonly coordinator: number;
      readonly reason: Uint8Array;
    }
  /** Sign nothing more for this session, for ever: its nonces are erased. */
  | { readonly type: 'close'; readonly session: Uint8Array };

/** What an inner node gathers from its subtree until it passes it on. */
export interface Bundle<T> {
  readonly waiting: Map<number, T>;
  readonly seen: Set<number>;
  timed: boolean;
  passed: boolean;
}

/** What was answered to the list of an attempt, kept to be sent again as it is. */
export interface Answer {
  /** The statement of the list, 32 bytes. */
  readonly list: Uint8Array;
  s: Uint8Array | undefined;
  /** Whether it goes straight to the coordinator. */
  direct: boolean;
}

/** All that a cosigner knows of a session under one coordinator. Steps change copies alone. */
export interface CosignerSession {
  readonly key: string;
  readonly session: Uint8Array;
  readonly coordinator: number;
  /** `relayed`: passed on for others, not opened here. */
  role: 'relayed' | 'open' | 'refused';
  /** Who made it known, as long as it is only relayed. */
  readonly by: number;
  message: Uint8Array;
  announced: boolean;
  reason: Uint8Array | undefined;
  refusal: Uint8Array | undefined;
  /** Number of the last entry that was committed to, -1 before the first. */
  serial: number;
  /** The entry that has answered nothing yet. */
  entry: Entry | undefined;
  committing: boolean;
  /** Whether the coordinator asked for entries itself. */
  direct: boolean;
  /** The attempt whose list lacks the entry that is being made. */
  shows: number | undefined;
  endorsement: Uint8Array | undefined;
  endorsing: boolean;
  readonly answers: Map<number, Answer>;
  readonly entries: Bundle<Commitment>;
  readonly responses: Bundle<Response>;
  /** The list of attempt 0 whose responses are passed on, by what its coordinator signed; the first that came. */
  carried: Uint8Array | undefined;
  /** How many responses to it come from the subtree. */
  expected: number | undefined;
}

/** A list as it came: who sent it, what its coordinator signed, and the bytes to be passed on. */
export interface CheckedList {
  readonly from: number;
  readonly statement: Uint8Array;
  readonly message: Message & { TAG: 'list' };
  readonly bytes: Uint8Array;
}

/** What an answer of the host belongs to. */
export type CosignerWaiting =
  | {
      readonly for: 'announcement';
      readonly from: number;
      readonly message: Message & { TAG: 'announcement' };
      readonly bytes: Uint8Array;
    }
  | ({ readonly for: 'list' } & CheckedList)
  | { readonly for: 'commit'; readonly key: string; readonly serial: number }
  | { readonly for: 'respond'; readonly key: string; readonly attempt: number }
  | { readonly for: 'endorsement' | 'refusal'; readonly key: string };

/** The state of a cosigner. */
export interface CosignerState {
  readonly sessions: ReadonlyMap<string, CosignerSession>;
  /** The last closed sessions in hex, oldest first. */
  readonly closed: readonly string[];
  readonly waiting: ReadonlyMap<string, CosignerWaiting>;
  /** Who sent an announcement or a list under a false signature: no other of theirs is verified. */
  readonly liars: ReadonlySet<number>;
  readonly nextId: number;
}

/** A step under way: copies of what it changes, and its effects so far. */
export interface Draft {
  readonly config: MachineConfig;
  readonly rules: Rules;
  readonly sessions: Map<string, CosignerSession>;
  readonly touched: Set<string>;
  closed: readonly string[];
  readonly waiting: Map<string, CosignerWaiting>;
  liars: ReadonlySet<number>;
  nextId: number;
  readonly effects: Effect<CosignerOutput>[];
}

/** The name of a session under a coordinator. */
export const keyOf = ({ session, coordinator }: Head): string => `${bytesToHex(session)}/${coordinator}`;

const emptyBundle = <T>(): Bundle<T> => ({ waiting: new Map(), seen: new Set(), timed: false, passed: false });

const copyOf = <T>(bundle: Bundle<T>): Bundle<T> => ({
  ...bundle,
  waiting: new Map(bundle.waiting),
  seen: new Set(bundle.seen),
});

/** A session of this step's own to change. */
export const touch = (draft: Draft, key: string): CosignerSession | undefined => {
  const known = draft.sessions.get(key);
  if (known === undefined || draft.touched.has(key)) return known;
  const own = {
    ...known,
    answers: new Map([...known.answers].map(([attempt, answer]) => [attempt, { ...answer }])),
    entries: copyOf(known.entries),
    responses: copyOf(known.responses),
  };
  draft.sessions.set(key, own);
  draft.touched.add(key);
  return own;
};

/** A session that nothing is known of. */
export const addSession = (draft: Draft, { session, coordinator }: Head, by: number): CosignerSession => {
  const key = keyOf({ session, coordinator });
  const added: CosignerSession = {
    key,
    session,
    coordinator,
    role: 'relayed',
    by,
    message: new Uint8Array(0),
    announced: false,
    reason: undefined,
    refusal: undefined,
    serial: -1,
    entry: undefined,
    committing: false,
    direct: false,
    shows: undefined,
    endorsement: undefined,
    endorsing: false,
    answers: new Map(),
    entries: emptyBundle(),
    responses: emptyBundle(),
    carried: undefined,
    expected: undefined,
  };
  draft.sessions.set(key, added);
  draft.touched.add(key);
  return added;
};

/** Sends to a cosigner by its index. */
export const sendTo = (draft: Draft, index: number, message: Message): void => {
  draft.effects.push({ type: 'send', to: draft.config.peers[index]!, bytes: encodeMessage(message) });
};

/** Asks the host to sign; its answer comes back with what it is for. */
export const sign = (draft: Draft, kind: SignKind, message: Uint8Array, waiting?: CosignerWaiting): void => {
  const id = `${kind}/${draft.nextId++}`;
  if (waiting !== undefined) draft.waiting.set(id, waiting);
  draft.effects.push({ type: 'sign', id, kind, message });
};
