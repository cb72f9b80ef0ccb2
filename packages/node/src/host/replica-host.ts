import type { Command, Effect, Input, Machine, Output, ShareKind, SignKind, Statement } from '@ios/bft';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Clock } from '../clock.ts';
import type { Store, Write } from '../store/store.ts';

/** What a replica's effects are performed with. */
export interface ReplicaHostOptions<State> {
  readonly machine: Machine<State>;
  readonly clock: Clock;
  readonly store: Store;
  /** What the replica persists lies under keys that begin with these bytes, and nothing else does. */
  readonly prefix: Uint8Array;
  send(peer: string, bytes: Uint8Array): void;
  broadcast(bytes: Uint8Array): void;
  /** Whether the statement holds; `peer` pays for it. */
  verify(statement: Statement, peer: string): Promise<boolean>;
  sign(kind: SignKind | ShareKind, message: Uint8Array): Promise<Uint8Array>;
  output(value: Output): void;
  /** Told of the state after each step. */
  onState?(state: State): void;
  /** The host can go on no longer: a write failed, or a service did. */
  fail(cause: unknown): void;
}

/** A machine that runs. */
export interface ReplicaHost<State> {
  readonly state: State;
  /** A message from a peer; dropped while the disk is so far behind that effects pile up. */
  message(from: string, bytes: Uint8Array): void;
  command(value: Command): void;
  /** Stops at once: no effect is performed any more, queued ones included. */
  stop(): void;
}

type Persist = Extract<Effect, { type: 'persist' }>;

/** What an effect takes up in the queue, generously, so that the queue does not grow long either. */
const bytesOf = (effect: Effect): number => 4096 + ('bytes' in effect ? effect.bytes.length : 0);

/** While effects of so many bytes wait for the disk, messages are dropped: a peer must not fill the memory. */
const MAX_QUEUED_BYTES = 64 << 20;

/** Keys above `prefix` and below this one begin with `prefix`. */
const after = (prefix: Uint8Array): Uint8Array => {
  const end = prefix.slice();
  end[end.length - 1]! += 1;
  return end;
};

/**
 * Runs a machine under the host contract: effects are performed in order, and none that follows a `persist` before it is
 * durable, while further inputs are stepped and their effects queue behind. What was durable comes back at the next start.
 */
export const startReplicaHost = async <State>(options: ReplicaHostOptions<State>): Promise<ReplicaHost<State>> => {
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

  const input = (value: Input): void => {
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
