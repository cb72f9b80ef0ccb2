import type { Command, Effect, Input, Machine } from '@ios/bft';
import { createScheduler, type Scheduler } from '@ios/simulator';
import { describe, expect, test } from 'vitest';
import { type MachineHost, startMachine } from '../src/host/machine-host.ts';
import { createMemoryDisk, type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import type { Store } from '../src/store/store.ts';

const PREFIX = Uint8Array.of(6);
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const keyOf = (key: Uint8Array): string => Buffer.from(key.subarray(1)).toString();

const send = (to: string, size = 1): Effect => ({ type: 'send', to, bytes: new Uint8Array(size) });
const persist = (key: string, ...values: number[]): Effect => ({ type: 'persist', key, bytes: bytes(...values) });
const setTimer = (id: string, ms: number): Effect => ({ type: 'setTimer', id, ms });
const clearTimer = (id: string): Effect => ({ type: 'clearTimer', id });
const output: Effect = { type: 'output', value: { type: 'history', peer: 'p', from: 1 } };
const verify: Effect = { type: 'verify', id: 'v', peer: 'q', statement: { signatures: [], certificates: [] } };
const sign: Effect = { type: 'sign', id: 's', kind: 'proposal', message: bytes(1) };

/** A host over a disk that answers when it is told to, and a machine whose answers are the test's. */
interface Bench {
  readonly host: MachineHost<readonly Input[], Command>;
  readonly scheduler: Scheduler;
  readonly store: Store;
  /** What the machine was made from. */
  readonly found: ReadonlyMap<string, Uint8Array>;
  /** What was sent, broadcast, put out. */
  readonly done: string[];
  /** Keys of each durable batch. */
  readonly batches: string[][];
  readonly failures: unknown[];
  /** Answers of the verifier and the signer, oldest first. */
  readonly answers: { resolve(value: unknown): void; reject(cause: unknown): void }[];
  /** What the machine was given, without the messages. */
  inputs(): string[];
  /** The machine answers the next message with these effects. */
  perform(...effects: Effect[]): void;
  /** The disk does what it was asked so far. */
  disk(): Promise<void>;
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await undefined;
};

const bench = async (disk: MemoryDisk, start: readonly Effect[] = []): Promise<Bench> => {
  const asked: (() => void)[] = [];
  let prompt = true;
  const store = await openMemoryStore(disk, {
    format: 1,
    chain: new Uint8Array(32),
    delay: () => (prompt ? Promise.resolve() : new Promise((resolve) => asked.push(resolve))),
  });
  const scheduler = createScheduler();
  let script: readonly Effect[] = [];
  let found: ReadonlyMap<string, Uint8Array> = new Map();
  const machine: Machine<readonly Input[]> = {
    init(persisted) {
      found = persisted;
      return [];
    },
    step(state, input) {
      if (input.type === 'message' && input.from === 'poison') throw new Error('the machine broke');
      const effects = input.type === 'start' ? start : input.type === 'message' ? script : [];
      return { state: [...state, input], effects };
    },
  };
  const done: string[] = [];
  const batches: string[][] = [];
  const failures: unknown[] = [];
  const answers: Bench['answers'] = [];
  const answer = <T>(): Promise<T> =>
    new Promise((resolve, reject) => answers.push({ resolve: resolve as (value: unknown) => void, reject }));
  const host = await startMachine({
    machine,
    clock: scheduler,
    prefix: PREFIX,
    store: {
      ...store,
      batch(writes, options) {
        expect(options).toEqual({ sync: true });
        batches.push(writes.map(({ key }) => keyOf(key)));
        return store.batch(writes, options);
      },
    },
    send: (to) => {
      if (to === 'nowhere') throw new Error('the network broke');
      done.push(to);
    },
    broadcast: (content) => done.push(`all ${content.length}`),
    verify: (_statement, peer) => {
      done.push(`verify for ${peer}`);
      return answer();
    },
    sign: (kind) => {
      done.push(`sign ${kind}`);
      return answer();
    },
    output: (value) => done.push(value.type),
    fail: (cause) => failures.push(cause),
  });
  prompt = false;
  return {
    host,
    scheduler,
    store,
    found,
    done,
    batches,
    failures,
    answers,
    inputs: () =>
      host.state
        .filter(({ type }) => type !== 'message')
        .map((input) => ('id' in input ? `${input.type} ${input.id}` : input.type)),
    perform(...effects) {
      script = effects;
      host.message('peer', new Uint8Array(0));
      script = [];
    },
    async disk() {
      await settle();
      while (asked.length > 0) {
        asked.shift()!();
        await settle();
      }
    },
  };
};

describe('the barrier', () => {
  test('effects without writes are performed at once, in order', async () => {
    const one = await bench(createMemoryDisk(), [send('first')]);
    one.perform(send('a'), { type: 'broadcast', bytes: bytes(1, 2) }, output, verify, sign, send('b'));
    expect(one.done).toEqual(['first', 'a', 'all 2', 'history', 'verify for q', 'sign proposal', 'b']);
    expect(one.inputs()).toEqual(['start']);
  });

  test('nothing after a write happens before it is durable, of this step or of a later one', async () => {
    const one = await bench(createMemoryDisk());
    one.perform(send('before'), persist('k', 1), send('after'), setTimer('t', 5), output, verify, sign);
    one.perform(send('later'));
    await settle();
    one.scheduler.runSync({ until: 10 });
    expect(one.done).toEqual(['before']);
    expect(one.inputs()).toEqual(['start']);
    expect(one.host.state.length).toBe(3);
    await one.disk();
    expect(one.done).toEqual(['before', 'after', 'history', 'verify for q', 'sign proposal', 'later']);
    one.scheduler.runSync({ until: 20 });
    expect(one.inputs()).toEqual(['start', 'timer t']);
  });

  test('writes that stand together are one batch, others are not', async () => {
    const one = await bench(createMemoryDisk());
    one.perform(persist('a', 1), persist('b', 2), send('x'), persist('c', 3));
    one.perform(persist('d', 4));
    await one.disk();
    expect(one.batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(one.done).toEqual(['x']);
  });

  test('what was durable comes back; what was removed, what is not its own and what was lost does not', async () => {
    const disk = createMemoryDisk();
    const first = await bench(disk);
    const others = [bytes(5, 1), bytes(7), bytes(7, 0)].map((key) => ({ key, value: bytes(9) }));
    const written = first.store.batch(others, { sync: true });
    await first.disk();
    await written;
    first.perform(persist('a', 1), persist('b', 2), persist('é', 3), persist('a'));
    await first.disk();
    first.perform(persist('b', 7), send('after'));
    await settle();
    disk.crash();
    await first.disk();
    expect(first.done).toEqual([]);
    const second = await bench(disk);
    expect(second.found).toEqual(
      new Map([
        ['b', bytes(2)],
        ['é', bytes(3)],
      ]),
    );
  });
});

describe('timers', () => {
  test('fire once, when they are due', async () => {
    const one = await bench(createMemoryDisk());
    one.perform(setTimer('a', 10), setTimer('b', 5));
    one.scheduler.runSync({ until: 4 });
    expect(one.inputs()).toEqual(['start']);
    one.scheduler.runSync({ until: 100 });
    expect(one.inputs()).toEqual(['start', 'timer b', 'timer a']);
  });

  test('of the same id replace each other', async () => {
    const one = await bench(createMemoryDisk());
    one.perform(setTimer('a', 10));
    one.perform(setTimer('a', 20));
    one.scheduler.runSync({ until: 15 });
    expect(one.inputs()).toEqual(['start']);
    one.scheduler.runSync({ until: 100 });
    expect(one.inputs()).toEqual(['start', 'timer a']);
  });

  test('do not fire once cleared, though they may be set again', async () => {
    const one = await bench(createMemoryDisk());
    one.perform(setTimer('a', 10), setTimer('b', 10));
    one.perform(clearTimer('a'), clearTimer('unknown'));
    one.scheduler.runSync({ until: 15 });
    expect(one.inputs()).toEqual(['start', 'timer b']);
    one.perform(setTimer('a', 5));
    one.scheduler.runSync({ until: 50 });
    expect(one.inputs()).toEqual(['start', 'timer b', 'timer a']);
  });

  test('that were cleared or replaced behind a slow write do not fire either', async () => {
    const one = await bench(createMemoryDisk());
    one.perform(setTimer('cleared', 10), setTimer('replaced', 10), setTimer('kept', 10));
    one.perform(persist('k', 1), clearTimer('cleared'), setTimer('replaced', 50));
    await settle();
    one.scheduler.runSync({ until: 30 });
    expect(one.inputs()).toEqual(['start', 'timer kept']);
    await one.disk();
    one.scheduler.runSync({ until: 79 });
    expect(one.inputs()).toEqual(['start', 'timer kept']);
    one.scheduler.runSync({ until: 80 });
    expect(one.inputs()).toEqual(['start', 'timer kept', 'timer replaced']);
  });
});

describe('services', () => {
  test('answer with what they found, to the id that asked', async () => {
    const one = await bench(createMemoryDisk());
    one.perform(verify, { ...verify, id: 'w' }, sign);
    one.answers[2]!.resolve(bytes(7));
    one.answers[1]!.resolve(false);
    one.answers[0]!.resolve(true);
    await settle();
    expect(one.host.state.slice(2)).toEqual([
      { type: 'signed', id: 's', signature: bytes(7) },
      { type: 'verified', id: 'w', valid: false },
      { type: 'verified', id: 'v', valid: true },
    ]);
  });

  test('commands and messages reach the machine', async () => {
    const one = await bench(createMemoryDisk());
    const command = { type: 'history', peer: 'p', decisions: [] } as const;
    one.host.command(command);
    one.host.message('p', bytes(1));
    expect(one.host.state.slice(1)).toEqual([
      { type: 'command', value: command },
      { type: 'message', from: 'p', bytes: bytes(1) },
    ]);
  });
});

describe('the end', () => {
  test('stopping is final: no effect, no timer, no answer', async () => {
    const one = await bench(createMemoryDisk());
    one.perform(setTimer('t', 5), verify, sign, persist('k', 1), send('after'));
    await settle();
    one.host.stop();
    expect(one.scheduler.pending()).toBe(0);
    await one.disk();
    one.answers[0]!.resolve(true);
    one.answers[1]!.reject(new Error('too late to matter'));
    await settle();
    one.perform(send('late'));
    one.host.command({ type: 'history', peer: 'p', decisions: [] });
    one.scheduler.runSync({ until: 100 });
    expect(one.done).toEqual(['verify for q', 'sign proposal']);
    expect(one.host.state.length).toBe(2);
    expect(one.failures).toEqual([]);
  });

  test.each<[string, (one: Bench) => void | Promise<void>]>([
    ['a write', (one) => one.perform(persist('k', 1), send('after'))],
    ['the verifier', (one) => one.answers[0]!.reject(new Error('no threads'))],
    ['the signer', (one) => one.answers[1]!.reject(new Error('no key'))],
    ['the network', (one) => one.perform(send('nowhere'), send('after'))],
    ['the machine', (one) => one.host.message('poison', new Uint8Array(0))],
  ])('%s that fails halts the host, once', async (what, fail) => {
    const one = await bench(createMemoryDisk());
    one.perform(verify, sign, setTimer('t', 5));
    if (what === 'a write') await Promise.all([one.store.close(), one.disk()]);
    await fail(one);
    await one.disk();
    one.perform(send('after'));
    one.scheduler.runSync({ until: 100 });
    expect(one.failures.length).toBe(1);
    expect(one.done).toEqual(['verify for q', 'sign proposal']);
    expect(one.inputs()).toEqual(['start']);
  });

  test('a machine that cannot be made from what was durable is not started', async () => {
    const store = await openMemoryStore(createMemoryDisk(), { format: 1, chain: new Uint8Array(32) });
    const nothing = (): void => {};
    const machine: Machine<never> = {
      init() {
        throw new Error('a damaged record');
      },
      step: (state) => ({ state, effects: [] }),
    };
    const never = (): Promise<never> => new Promise(() => {});
    const parts = { clock: createScheduler(), send: nothing, broadcast: nothing, output: nothing, fail: nothing };
    await expect(
      startMachine({ ...parts, machine, store, prefix: PREFIX, verify: never, sign: never }),
    ).rejects.toThrow('a damaged record');
  });
});

test('while the disk is too far behind, messages are dropped, and nothing else is', async () => {
  const one = await bench(createMemoryDisk());
  one.perform(persist('k', 1));
  for (let i = 0; i < 200; i++) one.perform(send('x', 1 << 20));
  await settle();
  const kept = one.host.state.length;
  expect(kept).toBeGreaterThan(60);
  expect(kept).toBeLessThan(70);
  one.host.command({ type: 'history', peer: 'p', decisions: [] });
  expect(one.host.state.length).toBe(kept + 1);
  await one.disk();
  expect(one.done.length).toBe(kept - 2);
  one.perform(send('again'));
  expect(one.done.at(-1)).toBe('again');
});

test.each([[Uint8Array.of(6)], [Uint8Array.of(6, 255)], [Uint8Array.of(6, 0, 255, 255)]])(
  'what was durable under the prefix %j comes back, and nothing beside it',
  async (prefix) => {
    const store = await openMemoryStore(createMemoryDisk(), { format: 1, chain: new Uint8Array(32) });
    const beside = Uint8Array.of(7, ...Buffer.from('other'));
    await store.batch([{ key: beside, value: bytes(9) }], { sync: true });
    const run = async (effects: readonly Effect[]): Promise<ReadonlyMap<string, Uint8Array>> => {
      let found: ReadonlyMap<string, Uint8Array> = new Map();
      const never = (): Promise<never> => new Promise(() => {});
      const machine: Machine<number> = {
        init(persisted) {
          found = persisted;
          return 0;
        },
        step: (state, input) => ({ state, effects: input.type === 'start' ? effects : [] }),
      };
      const host = await startMachine({
        ...{ machine, clock: createScheduler(), store, prefix, verify: never, sign: never },
        send: () => {},
        broadcast: () => {},
        output: () => {},
        fail: () => {},
      });
      await new Promise((resolve) => setImmediate(resolve));
      host.stop();
      return found;
    };
    expect([...(await run([{ type: 'persist', key: 'vote', bytes: bytes(1) }]))]).toEqual([]);
    expect([...(await run([]))].map(([key]) => key)).toEqual(['vote']);
  },
);
