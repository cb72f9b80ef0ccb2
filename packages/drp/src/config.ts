import type { Evidence } from './dealing.ts';
import { checkEpoch, type Epoch, type Session } from './epoch.ts';
import { assertInteger, DrpError } from './errors.ts';
import { checkThresholds } from './grouping.ts';
import { checkBias } from './probability.ts';
import type { SelectionFlaw } from './selection.ts';

/** What shows that a selection was agreed on; at most one of an attempt ever is. */
export interface SignOff {
  /**
   * Whether `proof` signs off the selection of this digest. False for bytes of any length, and for any proof with one byte
   * changed.
   * @param selectionDigest - 32 bytes
   */
  verify(proof: Uint8Array, selectionDigest: Uint8Array): boolean;
}

/** How long the machine waits, in ms, each from 1 to 2^31. */
export interface Timeouts {
  /** Who owes a dealing or shares is asked again each time this has passed. */
  readonly ask: number;
  /** The client names those who have not dealt by then, each time it has passed, if it cannot select. */
  readonly deal: number;
  /** A selected dealing is asked of somebody else each time this has passed. */
  readonly fetch: number;
  /** Who withholds shares is named each time this has passed, until the output is recovered. */
  readonly decrypt: number;
}

/** What the machine holds at most. */
export interface Limits {
  /**
   * Open sessions. For one more, one of the lowest attempt closes, of the client that has the most, if possible one in which no
   * selection proved valid: with at least as many as servers, no client's only session closes for the sessions of others.
   * `check` and `signedOff` open it again.
   */
  readonly sessions: number;
  /** Selections of a session that are checked or kept; the oldest that is not signed off gives way. */
  readonly selections: number;
  /** How often each peer may be sent every dealing of a session: losses and restarts. */
  readonly serves: number;
}

/** What the machine of one server in one epoch is made of. */
export interface DrpConfig extends Epoch {
  /** Index of this server in the roster. */
  readonly self: number;
  readonly timeouts: Timeouts;
  readonly limits: Limits;
}

/** What the machine is told to do; all bytes are its own from then on. */
export type DrpCommand =
  /**
   * Take part in a session: deal, and lead it where this server is its client. After a restart it is to be given again, and
   * what the session had then still holds.
   */
  | { readonly type: 'open'; readonly session: Session }
  /** Find out whether these bytes are a selection of an open session that may be signed off. */
  | { readonly type: 'check'; readonly selection: Uint8Array }
  /** It was: decrypt, exactly these. To be given again after a restart, behind `open`. */
  | { readonly type: 'signedOff'; readonly selection: Uint8Array; readonly proof: Uint8Array }
  /** Forget a session (32 bytes), from the disk too. */
  | { readonly type: 'close'; readonly id: Uint8Array };

/** Why a selection may not be signed off. */
export type CheckReason =
  | SelectionFlaw
  /** The bytes encode no selection. */
  | 'malformed'
  /** No session of this id was opened, or it was closed by command. */
  | 'unknown-session'
  /** A selected dealing is wrong, or not signed by its dealer. */
  | 'bad-dealing'
  /** More than `limits.selections` were to be checked. */
  | 'superseded';

/** What the machine tells; `id` is that of the session, 32 bytes. */
export type DrpOutput =
  /** This server is the client, and has selected these: get them signed off. The same after a restart. */
  | { readonly type: 'selection'; readonly id: Uint8Array; readonly selection: Uint8Array }
  /** The answer to `check`, once for each; valid means that every selected dealing was verified here and is durable. */
  | {
      readonly type: 'checked';
      readonly selection: Uint8Array;
      readonly valid: boolean;
      readonly reason?: CheckReason;
    }
  /** The output, 32 bytes, and the transcript that proves it. */
  | {
      readonly type: 'recovered';
      readonly id: Uint8Array;
      /** `selectionDigest`, 32 bytes. */
      readonly digest: Uint8Array;
      readonly output: Uint8Array;
      readonly transcript: Uint8Array;
    }
  /** What holds the session up, after a time-out and again after each: who has not dealt, given a dealing or decrypted. */
  | {
      readonly type: 'waiting';
      readonly id: Uint8Array;
      readonly phase: 'deal' | 'fetch' | 'decrypt';
      /** Indices, ascending. In `fetch` whose dealings are missing, in the other phases who is silent. */
      readonly servers: readonly number[];
    }
  /** What this server alone saw; it proves nothing to others. */
  | {
      readonly type: 'fault';
      readonly id: Uint8Array;
      readonly server: number;
      readonly kind: 'bad-dealing' | 'bad-share' | 'bad-selection';
    }
  /** What proves to anybody that a server dealt twice in one session. */
  | { readonly type: 'evidence'; readonly server: number; readonly evidence: Evidence }
  /** A command that cannot be followed, or a request that the host refused. */
  | {
      readonly type: 'refused';
      readonly command: DrpCommand['type'];
      /**
       * `bad-session`: not of this epoch. `other-selection`:
       * another one of the attempt was decrypted. `not-signed-off`: the secrets' holder did not take the proof.
       */
      readonly reason: 'bad-session' | 'unknown-session' | 'malformed' | 'other-selection' | 'not-signed-off';
    }
  /** One more session than the limit was opened: this one is closed. */
  | { readonly type: 'closed'; readonly id: Uint8Array };

/** @throws DrpError for a configuration that cannot be, `insecure` for groups that f servers could know everything of */
export const checkConfig = (config: DrpConfig): void => {
  checkEpoch(config);
  checkThresholds(config.roster.length, config.policy);
  checkBias(config.roster.length, config.policy);
  for (const [index, { share }] of config.roster.entries()) checkShareKey(config, index, share);
  assertInteger(config.self, 0, config.roster.length - 1, 'self');
  for (const [what, ms] of Object.entries(config.timeouts)) assertInteger(ms, 1, 2 ** 31, `time-out ${what}`);
  for (const [what, limit] of Object.entries(config.limits)) assertInteger(limit, 1, 65_535, `limit ${what}`);
};

const checkShareKey = ({ scheme: { group } }: DrpConfig, index: number, share: Uint8Array): void => {
  try {
    if (!group.fromBytes(share).equals(group.identity)) return;
  } catch (cause) {
    throw new DrpError('bad-roster', 'a share key is no element of the group', { index }, { cause });
  }
  throw new DrpError('bad-roster', 'a share key is the identity', { index });
};
