import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Clock } from '../clock.ts';
import type { Store, Write } from '../store/store.ts';

/** The effects of the host contract, with what a machine's own statements, signatures and outputs are. */
export type HostEffect<Output, Statement, Kind> =
  | { readonly type: 'send'; readonly to: string; readonly bytes: Uint8Array }
  | { readonly type: 'broadcast'; readonly bytes: Uint8Array }
  | { readonly type: 'setTimer'; readonly id: string; readonly ms: number }
  | { readonly type: 'clearTimer'; readonly id: string }
  | { readonly type: 'persist'; readonly key: string; readonly bytes: Uint8Array }
  | { readonly type: 'verify'; readonly id: string; readonly peer?: string; readonly statement: Statement }
  | { readonly type: 'sign'; readonly id: string; readonly kind: Kind; readonly message: Uint8Array }
  | { readonly type: 'output'; readonly value: Output };

/** The inputs of the host contract. */
export type HostInput<Command> =
  | { readonly type: 'start' }
  | { readonly type: 'message'; readonly from: string; readonly bytes: Uint8Array }
  | { readonly type: 'timer'; readonly id: string }
  | { readonly type: 'verified'; readonly id: string; readonly valid: boolean }
  | { readonly type: 'signed'; readonly id: string; readonly signature: Uint8Array }
  | { readonly type: 'command'; readonly value: Command };

/** A machine of the host contract. */
export interface HostedMachine<State, Command, Output, Statement, Kind> {
  init(persisted: ReadonlyMap<string, Uint8Array>): State;
  step(
    state: State,
    input: HostInput<Command>,
  ): { readonly state: State; readonly effects: readonly HostEffect<Output, Statement, Kind>[] };
}

/** What a machine's effects are performed with. */
export interface MachineHostOptions<State, Command, Output, Statement, Kind> {
  readonly machine: HostedMachine<State, Command, Output, Statement, Kind>;
  readonly clock: Clock;
  readonly store: Store;
  /** What the machine persists lies under keys that begin with these bytes, and nothing else does. */
  readonly prefix: Uint8Array;
  send(peer: string, bytes: Uint8Array): void;
  broadcast(bytes: Uint8Array): void;
  /** Whether the statement holds. */
  verify(statement: Statement, peer: string | undefined): Promise<boolean>;
  sign(kind: Kind, message: Uint8Array): Promise<Uint8Array>;
  output(value: Output): void;
  /** Told of the state after each step. */
  onState?(state: State): void;
  /** The host can go on no longer: a write failed, or a service did. */
  fail(cause: unknown): void;
}

/** A machine that runs. */
export interface MachineHost<State, Command> {
  readonly state: State;
  /** A message from a peer; dropped while the disk is so far behind that effects pile up. */
  message(from: string, bytes: Uint8Array): void;
  command(value: Command): void;
  /** Stops at once: no effect is performed any more, queued ones included. */
  stop(): void;
}

type Persist = Extract<HostEffect<never, never, never>, { type: 'persist' }>;

/** What an effect takes up in the queue, generously, so that the queue does not grow long either. */
const bytesOf = (effect: HostEffect<unknown, unknown, unknown>): number =>
  4096 + ('bytes' in effect ? effect.bytes.length : 0);

/** While effects of so many bytes wait for the disk, messages are dropped: a peer must not fill the memory. */
const MAX_QUEUED_BYTES = 64 << 20;

/** Keys above `prefix` and below this one begin with `prefix`. */
const after = (prefix: Uint8Array): Uint8Array => {
  const end = prefix.slice();
  for (let i = end.length - 1; i >= 0; i--) {
    end[i]! += 1;
    if (end[i] !== 0) break;
  }
  return end;
};

/**
 * Runs a machine under the host contract: effects are performed in order, and none that follows a `persist` before it is
 * durable, while further inputs are stepped and their effects queue behind. What was durable comes back at the next start.
 */
export const startMachine = async <State, Command, Output, Statement, Kind>(
  options: MachineHostOptions<State, Command, Output, Statement, Kind>,
): Promise<MachineHost<State, Command>> => {
  type Effect = HostEffect<Output, Statement, Kind>;
  const { machine, clock, store, prefix } = options;
  const persisted = new Map<string, Uint8Array>();
  for await (const [key, value] of store.range({ gte: prefix, lt: after(prefix) }))
    persisted.set(Buffer.from(key.subarray(prefix.length)).toString(), value);

  let state = machine.init(persisted);
  let queue: Effect[] = [];
  /** Bytes in the queue while it waits for the disk. */
  let queued = 0;
  let draining = false;
  let stopped = false;
  const timers = new Map<string, () => void>();

  const fail = (cause: unknown): void => {
    if (stopped) return;
    stop();
    options.fail(cause);
  };

  const stop = (): void => {
    stopped = true;
    queue = [];
    for (const cancel of timers.values()) cancel();
    timers.clear();
  };

  const input = (value: HostInput<Command>): void => {
    if (stopped) return;
    try {
      const step = machine.step(state, value);
      state = step.state;
      for (const effect of step.effects) {
        queue.push(effect);
        queued += bytesOf(effect);
      }
      options.onState?.(state);
    } catch (cause) {
      fail(cause);
    }
    if (!draining) void drain();
  };

  const next = (): Effect | undefined => {
    const effect = queue.shift();
    if (effect !== undefined) queued -= bytesOf(effect);
    return effect;
  };

  const drain = async (): Promise<void> => {
    draining = true;
    try {
      for (let effect = next(); effect !== undefined; effect = next())
        if (effect.type !== 'persist') perform(effect);
        else await persist(effect);
    } catch (cause) {
      fail(cause);
    }
    draining = false;
  };

  /** One durable batch for as many writes as stand together. */
  const persist = async (first: Persist): Promise<void> => {
    const writes: Write[] = [];
    for (let effect: Effect | undefined = first; effect?.type === 'persist'; ) {
      const key = concatBytes(prefix, utf8ToBytes(effect.key));
      writes.push(effect.bytes.length === 0 ? { key } : { key, value: effect.bytes });
      effect = queue[0]?.type === 'persist' ? next() : undefined;
    }
    await store.batch(writes, { sync: true });
  };

  /** Whether the machine has cleared or replaced a timer, though that is still behind a write. */
  const isRevoked = (id: string): boolean =>
    queue.some((effect) => (effect.type === 'setTimer' || effect.type === 'clearTimer') && effect.id === id);

  const perform = (effect: Exclude<Effect, { type: 'persist' }>): void => {
    switch (effect.type) {
      case 'send':
        return options.send(effect.to, effect.bytes);
      case 'broadcast':
        return options.broadcast(effect.bytes);
      case 'setTimer':
        timers.get(effect.id)?.();
        timers.set(
          effect.id,
          clock.setTimeout(() => {
            timers.delete(effect.id);
            if (!isRevoked(effect.id)) input({ type: 'timer', id: effect.id });
          }, effect.ms),
        );
        return;
      case 'clearTimer':
        timers.get(effect.id)?.();
        timers.delete(effect.id);
        return;
      case 'verify':
        options
          .verify(effect.statement, effect.peer)
          .then((valid) => input({ type: 'verified', id: effect.id, valid }), fail);
        return;
      case 'sign':
        options
          .sign(effect.kind, effect.message)
          .then((signature) => input({ type: 'signed', id: effect.id, signature }), fail);
        return;
      case 'output':
        return options.output(effect.value);
    }
  };

  input({ type: 'start' });
  return {
    get state() {
      return state;
    },
    message(from, bytes) {
      if (queued <= MAX_QUEUED_BYTES) input({ type: 'message', from, bytes });
    },
    command: (value) => input({ type: 'command', value }),
    stop,
  };
};
