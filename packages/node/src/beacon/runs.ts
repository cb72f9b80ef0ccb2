import {
  checkStatement,
  createDrp,
  type DrpOutput,
  dealSession,
  type Epoch,
  type Session,
  type SignKind,
  type Timeouts,
} from '@ios/drp';
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Clock } from '../clock.ts';
import type { Entropy } from '../entropy.ts';
import { startMachine } from '../host/machine-host.ts';
import type { Store } from '../store/store.ts';
import type { Verifier } from '../verifier/verifier.ts';
import type { Sessions } from './sessions.ts';

/** Tables of the store: what machines make durable, and the dealings that were made; both by epoch. */
const MACHINES = 12;
const DEALINGS = 13;

const ofEpoch = (table: number, epoch: number): Uint8Array => concatBytes(Uint8Array.of(table), P.U32BE.encode(epoch));

/** What the runs of one epoch are made of. */
export interface RunsOptions {
  readonly epoch: Epoch;
  readonly sessions: Pick<Sessions, 'idOf'>;
  /** Place in the roster. */
  readonly self: number;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly store: Store;
  readonly entropy: Entropy;
  /** Verifies signatures of dealings, away from this thread. */
  readonly verifier: Pick<Verifier, 'holds'>;
  send(peer: string, bytes: Uint8Array): void;
  /** Uses the share key and the identity key: a new dealing each time, or decrypted shares against a sign-off. */
  sign(kind: SignKind, message: Uint8Array): Uint8Array;
  output(value: DrpOutput): void;
  fail(cause: unknown): void;
}

/** All runs of DRP in one epoch, at one server. */
export interface Runs {
  /** Takes part in a session, and leads it if this server is its client; what a client led before is closed. */
  open(session: Session): void;
  /** Finds out whether a selection of an open session may be signed off; its dealings are kept from here on. */
  check(session: Session, selection: Uint8Array): void;
  /** Opens what was signed off. All other sessions are closed. */
  signedOff(session: Session, selection: Uint8Array, proof: Uint8Array): void;
  /** Closes all sessions of attempts before this one. */
  endBefore(attempt: number): void;
  /** The open session of this id (32 bytes). */
  session(id: Uint8Array): Session | undefined;
  message(from: string, bytes: Uint8Array): void;
  stop(): void;
}

/** Beside the last session of each client: sessions whose selection was proposed, one a view. */
const PROPOSED_SESSIONS = 64;

/**
 * Runs the machine of an epoch. A dealing is durable before anybody gets it, and the same session gets the same for ever. What
 * was kept for older epochs is removed: their randomness is decided.
 */
export const startRuns = async (options: RunsOptions): Promise<Runs> => {
  const { epoch, self, timeouts, clock, store, entropy } = options;
  await forgetBefore(store, epoch.epoch);
  const opened = new Map<string, Session>();
  /** Sessions whose selection was checked here: their dealings are held for others, whatever their client does next. */
  const kept = new Set<string>();

  /** Asked twice for one session at a time, the second waits for the first. */
  let dealing: Promise<unknown> = Promise.resolve();
  const deal = async (message: Uint8Array): Promise<Uint8Array> => {
    const key = concatBytes(ofEpoch(DEALINGS, epoch.epoch), dealSession(message));
    const before = await store.get(key);
    if (before !== undefined) return before;
    const made = options.sign('deal', message);
    await store.batch([{ key, value: made }], { sync: true });
    return made;
  };

  const host = await startMachine({
    machine: createDrp({
      ...epoch,
      self,
      timeouts,
      limits: { sessions: epoch.roster.length + PROPOSED_SESSIONS, selections: 4, serves: 16 },
    }),
    clock,
    store,
    prefix: ofEpoch(MACHINES, epoch.epoch),
    send: options.send,
    broadcast: () => {},
    verify: async ({ signatures, ...others }) =>
      (signatures.length === 0 || (await options.verifier.holds({ signatures }))) &&
      checkStatement({ scheme: epoch.scheme }, { signatures: [], ...others }, entropy(32)),
    sign: (kind, message) => {
      if (kind === 'decrypt') return Promise.resolve(options.sign(kind, message));
      const made = dealing.then(() => deal(message));
      dealing = made.catch(() => {});
      return made;
    },
    output: options.output,
    fail: options.fail,
  });

  const nameOf = (session: Session): string => bytesToHex(options.sessions.idOf(session));
  const close = (name: string): void => {
    if (!opened.delete(name)) return;
    kept.delete(name);
    host.command({ type: 'close', id: hexToBytes(name) });
  };
  const open = (session: Session): string => {
    const name = nameOf(session);
    if (opened.has(name)) return name;
    for (const [other, { client, attempt, view }] of [...opened]) {
      if (client !== session.client || attempt !== session.attempt || kept.has(other)) continue;
      // A client leads one view at a time, and goes forward.
      if (view > session.view) return name;
      close(other);
    }
    opened.set(name, session);
    host.command({ type: 'open', session });
    return name;
  };

  return {
    open,
    check(session, selection) {
      kept.add(open(session));
      host.command({ type: 'check', selection });
    },
    signedOff(session, selection, proof) {
      const name = nameOf(session);
      for (const other of [...opened.keys()]) if (other !== name) close(other);
      kept.add(open(session));
      host.command({ type: 'signedOff', selection, proof });
    },
    endBefore(attempt) {
      for (const [name, session] of [...opened]) if (session.attempt < attempt) close(name);
    },
    session: (id) => opened.get(bytesToHex(id)),
    message: host.message,
    stop: host.stop,
  };
};

const forgetBefore = async (store: Store, epoch: number): Promise<void> => {
  for (const table of [MACHINES, DEALINGS]) {
    const keys: Uint8Array[] = [];
    for await (const [key] of store.range({ gte: Uint8Array.of(table), lt: ofEpoch(table, epoch) })) keys.push(key);
    if (keys.length > 0)
      await store.batch(
        keys.map((key) => ({ key })),
        { sync: false },
      );
  }
};
