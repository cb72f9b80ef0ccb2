import {
  checkStatement,
  createDrp,
  type DrpCommand,
  type DrpOutput,
  dealSession,
  type Epoch,
  type Session,
  type SignKind,
  sessionId,
  type Timeouts,
} from '@ios/drp';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import type { Clock } from '../clock.ts';
import type { Entropy } from '../entropy.ts';
import { startMachine } from '../host/machine-host.ts';
import type { Store } from '../store/store.ts';

/** Tables of the store: what machines make durable, and the dealings that were made; both by epoch. */
const MACHINES = 12;
const DEALINGS = 13;

const ofEpoch = (table: number, epoch: number): Uint8Array => concatBytes(Uint8Array.of(table), P.U32BE.encode(epoch));

/** What the runs of one epoch are made of. */
export interface RunsOptions {
  readonly epoch: Epoch;
  /** Place in the roster. */
  readonly self: number;
  readonly timeouts: Timeouts;
  readonly clock: Clock;
  readonly store: Store;
  readonly entropy: Entropy;
  send(peer: string, bytes: Uint8Array): void;
  /** Uses the share key and the identity key: a new dealing each time, or decrypted shares against a sign-off. */
  sign(kind: SignKind, message: Uint8Array): Uint8Array;
  output(value: DrpOutput): void;
  fail(cause: unknown): void;
}

/** All runs of DRP in one epoch, at one server. */
export interface Runs {
  /** Takes part in a session, and leads it if this server is its client. */
  open(session: Session): void;
  command(value: DrpCommand): void;
  message(from: string, bytes: Uint8Array): void;
  stop(): void;
}

/** More than one session of each view that can be under way; the oldest closes for one more. */
const LIMITS = { sessions: 32, selections: 4, serves: 16 } as const;

/**
 * Runs the machine of an epoch. A dealing is durable before anybody gets it, and the same session gets the same for ever. What
 * was kept for older epochs is removed: their randomness is decided.
 */
export const startRuns = async (options: RunsOptions): Promise<Runs> => {
  const { epoch, self, timeouts, clock, store, entropy } = options;
  await forgetBefore(store, epoch.epoch);
  const opened = new Set<string>();

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
    machine: createDrp({ ...epoch, self, timeouts, limits: LIMITS }),
    clock,
    store,
    prefix: ofEpoch(MACHINES, epoch.epoch),
    send: options.send,
    broadcast: () => {},
    verify: async (statement) => checkStatement({ scheme: epoch.scheme }, statement, entropy(32)),
    sign: (kind, message) => {
      if (kind === 'decrypt') return Promise.resolve(options.sign(kind, message));
      const made = dealing.then(() => deal(message));
      dealing = made.catch(() => {});
      return made;
    },
    output: options.output,
    fail: options.fail,
  });

  return {
    open(session) {
      const id = bytesToHex(sessionId(epoch, session));
      if (opened.has(id)) return;
      opened.add(id);
      host.command({ type: 'open', session });
    },
    command: host.command,
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
