import type { Effect, Input, Machine } from './contract.ts';
import type { SimulationErrorCode } from './error.ts';
import { isCount } from './error.ts';
import { fingerprint, fingerprintBytes } from './fingerprint.ts';
import { drawLatency, type Latency } from './latency.ts';
import type { Rng } from './rng.ts';
import type { Scheduler } from './scheduler.ts';
import { createTimers } from './timers.ts';
import type { Trace } from './trace.ts';
import type { NodeView } from './world.ts';

/** How long a host takes to answer each kind of request. */
export interface HostLatencies {
  readonly persist: Latency;
  readonly verify: Latency;
  readonly sign: Latency;
  readonly random: Latency;
}

/** Bytes on their way, with the fingerprint that the trace shows. */
export interface Envelope {
  readonly bytes: Uint8Array;
  readonly print: number;
}

/** What a host may use of the world around it. */
export interface HostPorts<Output, Statement, Message> {
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  readonly trace: Trace;
  readonly peers: readonly string[];
  readonly latency: HostLatencies;
  /** Timers are stretched by so many parts per million. */
  readonly skewPpm: number;
  transmit(to: string, envelope: Envelope): void;
  verify(statement: Statement): boolean;
  sign(kind: string, message: Message): Uint8Array;
  output(value: Output): void;
  describe(kind: 'message' | 'command' | 'output', value: unknown): (() => string) | undefined;
  count(figure: string): void;
  fail(code: SimulationErrorCode, message: string, cause?: unknown): never;
}

/** One machine under the contract. */
export interface Host<State, Command, Output> {
  readonly view: NodeView<State, Output>;
  /** Makes the machine from what is durable and gives it `start`; nothing when it is up. */
  start(): void;
  /** Stops it: whatever is queued or under way is gone, save for a write in flight if `kept`; nothing when it is down. */
  crash(kept: boolean): void;
  /** Calls `then` right after so many more effects, unless it crashes before; returns the cancellation. */
  afterEffects(effects: number, then: () => void): () => void;
  message(from: string, envelope: Envelope): void;
  command(value: Command): void;
  /** Runs `action` after `ms` unless the node crashes before. */
  later(ms: number, action: () => void): void;
}

const MAX_RANDOM = 65_536;
const MAX_TIMER = 0xffff_ffff;

/** A host that is down, with nothing durable. */
export const createHost = <State, Command, Output, Statement, Message>(
  name: string,
  faulty: boolean,
  machine: Machine<State, Command, Output, Statement, Message>,
  ports: HostPorts<Output, Statement, Message>,
): Host<State, Command, Output> => {
  const { scheduler, trace, latency, count } = ports;
  const delays = ports.rng.fork('delays');
  const entropy = ports.rng.fork('random');
  const durable = new Map<string, Uint8Array>();
  const outputs: Output[] = [];
  const view = { name, faulty, alive: false, incarnation: 0, state: undefined as State | undefined, durable, outputs };
  let state: State | undefined;
  let queue: Effect<Output, Statement, Message>[] = [];
  let head = 0;
  let writing: { readonly key: string; readonly bytes: Uint8Array } | undefined;
  let fuse: { left: number; readonly then: () => void } | undefined;

  const log = (what: string, detail?: () => string): void => trace.add(`${scheduler.now()} ${name} ${what}`, detail);

  const later = (ms: number, action: () => void): void => {
    const { incarnation } = view;
    scheduler.setTimeout(() => {
      if (view.alive && view.incarnation === incarnation) action();
    }, ms);
  };

  const enter = (next: State): void => {
    state = next;
    view.state = faulty ? undefined : next;
  };

  const deliver = (input: Input<Command>): void => {
    count('steps');
    let step: ReturnType<typeof machine.step>;
    try {
      step = machine.step(state as State, input);
    } catch (cause) {
      ports.fail('machine-threw', `the machine of ${name} threw at a ${input.type}: ${cause}`, cause);
    }
    enter(step.state);
    for (const effect of step.effects) queue.push(effect);
    drain();
  };

  const timers = createTimers(scheduler, ports.skewPpm, (id) => {
    log(`timer ${id}`);
    deliver({ type: 'timer', id });
  });

  /** Performs what is queued up to the next write that is not durable yet. */
  const drain = (): void => {
    while (view.alive && writing === undefined && head < queue.length) perform(queue[head++]!);
    if (head === queue.length) {
      queue = [];
      head = 0;
    }
  };

  const burn = (): void => {
    if (fuse === undefined || --fuse.left > 0) return;
    const { then } = fuse;
    fuse = undefined;
    then();
  };

  const transmit = (to: string, envelope: Envelope): void => {
    ports.transmit(to, envelope);
    burn();
  };

  const perform = (effect: Effect<Output, Statement, Message>): void => {
    if (effect.type === 'send') {
      transmit(effect.to, { bytes: effect.bytes, print: fingerprintBytes(effect.bytes) });
      return;
    }
    if (effect.type === 'broadcast') {
      const envelope = { bytes: effect.bytes, print: fingerprintBytes(effect.bytes) };
      for (const to of ports.peers) if (view.alive) transmit(to, envelope);
      return;
    }
    if (effect.type === 'persist') persist(effect.key, effect.bytes);
    else if (effect.type === 'output') output(effect.value);
    else if (effect.type === 'setTimer') setTimer(effect.id, effect.ms);
    else if (effect.type === 'clearTimer') timers.clear(effect.id);
    else if (effect.type === 'verify') verify(effect.id, effect.statement);
    else if (effect.type === 'sign') sign(effect.id, effect.kind, effect.message);
    else if (effect.type === 'random') random(effect.id, effect.length);
    else ports.fail('bad-effect', `${name} asks for an effect that no host knows: ${JSON.stringify(effect)}`);
    burn();
  };

  const persist = (key: string, bytes: Uint8Array): void => {
    writing = { key, bytes: bytes.slice() };
    later(drawLatency(latency.persist, delays), () => {
      commit();
      drain();
    });
  };

  const commit = (): void => {
    const { key, bytes } = writing!;
    writing = undefined;
    if (bytes.length === 0) durable.delete(key);
    else durable.set(key, bytes);
    count('persisted');
    log(`durable ${key} ${bytes.length} ${fingerprintBytes(bytes)}`);
  };

  const output = (value: Output): void => {
    outputs.push(value);
    count('outputs');
    log(`output ${fingerprint(value)}`, ports.describe('output', value));
    ports.output(value);
  };

  const setTimer = (id: string, ms: number): void => {
    if (!isCount(ms) || ms > MAX_TIMER)
      ports.fail('bad-effect', `${name} sets timer ${id} to ${ms}: not whole milliseconds below 2^32`);
    timers.set(id, ms);
  };

  const verify = (id: string, statement: Statement): void =>
    later(drawLatency(latency.verify, delays), () => {
      const valid = served('verify', () => ports.verify(statement));
      count('verified');
      log(`verified ${id} ${valid}`);
      deliver({ type: 'verified', id, valid });
    });

  const sign = (id: string, kind: string, message: Message): void =>
    later(drawLatency(latency.sign, delays), () => {
      const signature = served('sign', () => ports.sign(kind, message));
      count('signed');
      log(`signed ${id} ${kind} ${fingerprintBytes(signature)}`);
      deliver({ type: 'signed', id, signature });
    });

  const random = (id: string, length: number): void => {
    if (!isCount(length) || length > MAX_RANDOM)
      ports.fail('bad-effect', `${name} asks for ${length} random bytes: at most ${MAX_RANDOM}`);
    const bytes = entropy.bytes(length);
    later(drawLatency(latency.random, delays), () => {
      log(`random ${id} ${fingerprintBytes(bytes)}`);
      deliver({ type: 'random', id, bytes });
    });
  };

  const served = <T>(service: string, ask: () => T): T => {
    try {
      return ask();
    } catch (cause) {
      ports.fail('service-threw', `the service ${service} threw for ${name}: ${cause}`, cause);
    }
  };

  return {
    view,
    later,
    start: () => {
      if (view.alive) return;
      view.alive = true;
      view.incarnation++;
      log(`start ${view.incarnation}`);
      try {
        enter(machine.init(new Map(durable)));
      } catch (cause) {
        ports.fail('machine-threw', `the machine of ${name} threw at init: ${cause}`, cause);
      }
      deliver({ type: 'start' });
    },
    crash: (kept) => {
      if (!view.alive) return;
      log(`crash${kept && writing !== undefined ? ' kept' : ''}`);
      if (kept && writing !== undefined) commit();
      view.alive = false;
      view.state = undefined;
      state = undefined;
      writing = undefined;
      queue = [];
      head = 0;
      fuse = undefined;
      timers.clearAll();
      count('crashes');
    },
    afterEffects: (effects, then) => {
      const armed = { left: effects, then };
      fuse = armed;
      return () => {
        if (fuse === armed) fuse = undefined;
      };
    },
    message: (from, { bytes, print }) => {
      if (!view.alive) return;
      log(`message ${from} ${bytes.length} ${print}`, ports.describe('message', bytes));
      deliver({ type: 'message', from, bytes });
    },
    command: (value) => {
      log(`command ${fingerprint(value)}`, ports.describe('command', value));
      deliver({ type: 'command', value });
    },
  };
};
