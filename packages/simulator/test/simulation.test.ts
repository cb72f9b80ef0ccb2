import { expect, test } from 'vitest';
import {
  createSimulation,
  type Fault,
  type Machine,
  SimulationError,
  type SimulationOptions,
  simulate,
} from '../src/index.ts';
import { counter, echo, pinger } from './machines.ts';

const base = { seed: 9, nodes: ['a', 'b', 'c'], machine: () => pinger, until: 1_000 };
const thrown = (run: () => unknown): SimulationError => {
  try {
    run();
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('a violated invariant stops the run at once, with all that is needed to see it again', () => {
  const faults: Fault[] = [{ type: 'crash', node: 'c', at: 50 }];
  const options = {
    ...base,
    faults,
    invariants: [
      {
        name: 'b is patient',
        check: ({ outputs }: { outputs: readonly { node: string }[] }) =>
          outputs.some(({ node }) => node === 'b') ? 'b put something out' : undefined,
      },
    ],
    describe: { message: (bytes: Uint8Array) => `"${String.fromCharCode(...bytes)}"` },
  };
  const simulation = createSimulation(options);
  const error = thrown(simulation.run);
  expect(error).toMatchObject({
    name: 'SimulationError',
    code: 'invariant',
    message: 'b is patient: b put something out',
    facts: { property: 'b is patient', seed: 9, event: simulation.world.events(), time: simulation.world.now() },
  });
  expect(simulation.world.outputs.length).toBe(simulation.world.outputs.findIndex(({ node }) => node === 'b') + 1);
  const tail = error.facts.tail!;
  expect(tail[0]).toBe('0 a start 1');
  expect(tail.at(-2)).toMatch(/^\d+ b message [ac] 6 \d+ "ping 1"$/);
  expect(tail.at(-1)).toMatch(/^\d+ b output \d+$/);
  const again = simulate({ ...options, ...JSON.parse(error.facts.replay!) });
  expect(again).toEqual(simulation.report());
  expect(again).toMatchObject({ ok: false, violation: 'b is patient: b put something out', events: error.facts.event });
});

test('an invariant that throws is a violation too, with its cause', () => {
  const cause = new Error('impossible');
  const error = thrown(() =>
    createSimulation({
      ...base,
      invariants: [
        {
          name: 'sanity',
          check: () => {
            throw cause;
          },
        },
      ],
    }).run(),
  );
  expect(error).toMatchObject({ code: 'invariant', message: 'sanity: Error: impossible', facts: { event: 1 }, cause });
});

test('goals are checked at the end only', () => {
  let checks = 0;
  const goal = { name: 'a heard enough', check: () => (++checks > 0 ? 'never' : undefined) };
  const report = simulate({ ...base, goals: [goal] });
  expect(checks).toBe(1);
  expect(report).toMatchObject({ ok: false, violation: 'a heard enough: never' });
  expect(report.events).toBeGreaterThan(50);
});

test('a run ends at its time, when nothing is left to do, or when it is done', () => {
  expect(simulate(base)).toMatchObject({ ok: true, seed: 9, virtualMs: expect.any(Number) });
  expect(simulate(base).virtualMs).toBeGreaterThan(990);
  expect(simulate({ ...base, machine: () => echo })).toMatchObject({ ok: true, events: 3, virtualMs: 0 });
  const done = simulate({ ...base, done: (world: { outputs: readonly unknown[] }) => world.outputs.length === 3 });
  expect(done.figures['outputs']).toBe(3);
});

test('more events than allowed are a violation', () => {
  const busy: Machine<number> = {
    init: () => 0,
    step: (state) => ({ state, effects: [{ type: 'setTimer', id: 't', ms: 0 }] }),
  };
  expect(simulate({ ...base, machine: () => busy, maxEvents: 500 })).toMatchObject({
    ok: false,
    violation: 'event-limit: more than 500 events by 0 ms',
  });
});

test('a machine that throws is a violation that names the node and the input', () => {
  const brittle: Machine<number> = {
    init: () => 0,
    step: (state, input) => {
      if (input.type === 'timer') throw new RangeError('off by one');
      return { state, effects: input.type === 'start' ? [{ type: 'setTimer', id: 't', ms: 7 }] : [] };
    },
  };
  const error = thrown(() => createSimulation({ ...base, machine: () => brittle }).run());
  expect(error).toMatchObject({
    code: 'machine-threw',
    message: 'machine-threw: the machine of a threw at a timer: RangeError: off by one',
    facts: { node: 'a', time: 7 },
    cause: expect.any(RangeError),
  });
  const stillborn = {
    ...brittle,
    init: () => {
      throw new Error('no');
    },
  };
  expect(simulate({ ...base, machine: () => stillborn })).toMatchObject({
    violation: 'machine-threw: the machine of a threw at init: Error: no',
  });
});

test('the scenario answers outputs, keeps its own calendar, crashes, restarts and cuts', () => {
  const simulation = createSimulation({
    ...base,
    nodes: ['a', 'b'],
    machine: () => counter,
    latency: { persist: { type: 'fixed', ms: 1 } },
    onOutput: (node, value, api) => {
      if (value === 'up at 0' && node === 'a') api.command(node, 'count', 10);
      if (value === 'durable 1') api.command(node, 'count', 10);
    },
    begin: (api) => {
      api.at(100, () => {
        api.network.partition([['a'], ['b']]);
        expect(api.network.isCut('a', 'b')).toBe(true);
        api.crash('a');
        expect(api.world.node('a').alive).toBe(false);
        api.command('a', 'lost on a node that is down');
        api.restart('a');
        api.restart('b');
      });
    },
  });
  simulation.run();
  const ofA = simulation.world.outputs.filter(({ node }) => node === 'a').map(({ time, value }) => `${time} ${value}`);
  expect(ofA).toEqual(['0 up at 0', '10 begun 1', '11 durable 1', '21 begun 2', '22 durable 2', '100 up at 2']);
  expect(simulation.world.node('b')).toMatchObject({ incarnation: 1, outputs: ['up at 0'] });
  expect(() => simulation.world.node('z')).toThrow(SimulationError);
});

test('figures count what hosts and network did, and what the scenario adds', () => {
  const report = simulate({
    ...base,
    nodes: ['a'],
    machine: () => counter,
    onStart: (node, api) => api.command(node, 'count'),
    faults: [{ type: 'crash', node: 'a', at: 900 }],
    figures: (world) => ({ counted: world.node('a').durable.get('count')![0]! }),
  });
  expect(report.figures).toMatchObject({ steps: 2, outputs: 3, persisted: 1, crashes: 1, sent: 0, counted: 1 });
});

test('the world tells honest nodes and their outputs from Byzantine ones', () => {
  const { world, run } = createSimulation({
    ...base,
    behaviours: { same: (machine: Machine) => machine },
    faults: [{ type: 'byzantine', node: 'b', behaviour: 'same' }],
  });
  run();
  expect(world.honest.map(({ name, state }) => [name, state])).toEqual([
    ['a', 10],
    ['c', 10],
  ]);
  expect(world.outputs.some(({ node }) => node === 'b')).toBe(true);
  expect(world.honestOutputs).toEqual(world.outputs.filter(({ node }) => node !== 'b'));
});

test('every line reaches the sink', () => {
  const lines: string[] = [];
  simulate({ ...base, nodes: ['a'], sink: (line) => lines.push(line), until: 250 });
  expect(lines).toEqual(['0 a start 1', '100 a timer ping', '200 a timer ping']);
});

test.each<[string, Partial<SimulationOptions>]>([
  ['a seed that is no whole number', { seed: -1 }],
  ['an end that is no whole number', { until: Number.NaN }],
  ['no nodes', { nodes: [] }],
  ['two nodes of one name', { nodes: ['a', 'a'] }],
  ['a colon in the name of a property', { goals: [{ name: 'a: b', check: () => undefined }] }],
  ['a latency with a fraction', { latency: { verify: { type: 'fixed', ms: 0.1 } } }],
  ['a latency that is empty', { network: { latency: { type: 'uniform', low: 2, high: 1 } } }],
  ['a fault of an unknown node', { faults: [{ type: 'crash', node: 'z', at: 1 }] }],
  ['a partition of an unknown node', { faults: [{ type: 'partition', groups: [['a'], ['z']], at: 1 }] }],
  ['a link of an unknown node', { faults: [{ type: 'link', to: ['z'], at: 1 }] }],
  ['an unknown behaviour', { faults: [{ type: 'byzantine', node: 'a', behaviour: 'nice' }] }],
  ['a fault before the start', { faults: [{ type: 'crash', node: 'a', at: -1 }] }],
  ['a crash that counts half effects', { faults: [{ type: 'crash', node: 'a', at: 1, effects: 0.5 }] }],
  ['a window that ends before it begins', { faults: [{ type: 'partition', groups: [], at: 5, until: 4 }] }],
  ['a loss above one', { faults: [{ type: 'link', loss: 2, at: 1 }] }],
  ['a link fault with a bad latency', { faults: [{ type: 'link', latency: { type: 'fixed', ms: -1 }, at: 1 }] }],
  ['a clock that stands still', { faults: [{ type: 'skew', node: 'a', ppm: -1_000_000 }] }],
])('refused: %s', (_, wrong) => {
  expect(thrown(() => simulate({ ...base, ...wrong } as SimulationOptions)).code).toBe('bad-argument');
});
