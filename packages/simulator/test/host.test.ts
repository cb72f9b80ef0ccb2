import { expect, test } from 'vitest';
import {
  createSimulation,
  type Effect,
  type Fault,
  type Input,
  type Machine,
  type SimulationOptions,
} from '../src/index.ts';
import { bytes, counter, pinger, text } from './machines.ts';

const FIXED = { type: 'fixed', ms: 10 } as const;
const latency = {
  persist: FIXED,
  verify: { type: 'fixed', ms: 3 },
  sign: { type: 'fixed', ms: 4 },
  random: { type: 'fixed', ms: 5 },
} as const;

/** One node `n` whose machine answers each input by what `react` says, beside a node `peer` that puts out what it hears. */
const script = (
  react: (input: Input<string>) => Effect[],
  options: Partial<SimulationOptions<unknown, string, unknown>> = {},
): string[] => {
  const scripted: Machine<unknown, string> = {
    init: (persisted) => [...persisted.keys()].join(),
    step: (state, input) => ({ state, effects: react(input) }),
  };
  const listener: Machine<unknown, string> = {
    init: () => undefined,
    step: (state, input) => ({
      state,
      effects: input.type === 'message' ? [{ type: 'output', value: `heard ${text(input.bytes)}` }] : [],
    }),
  };
  const simulation = createSimulation<unknown, string, unknown, unknown, unknown>({
    seed: 1,
    nodes: ['n', 'peer'],
    machine: (node) => (node === 'n' ? scripted : listener),
    network: { latency: { type: 'fixed', ms: 1 } },
    latency,
    until: 1_000,
    ...options,
  });
  simulation.run();
  return simulation.world.outputs.map(({ time, value }) => `${time} ${value}`);
};
const on =
  (type: Input['type'], ...effects: Effect[]) =>
  (input: Input) =>
    input.type === type ? effects : [];
const out = (value: string): Effect => ({ type: 'output', value });
const say = (said: string): Effect => ({ type: 'send', to: 'peer', bytes: bytes(said) });
const save = (key: string, value = 'x'): Effect => ({ type: 'persist', key, bytes: bytes(value) });

test('effects are performed in the order of the step', () => {
  expect(script(on('start', out('1'), say('2'), out('3')))).toEqual(['0 1', '0 3', '1 heard 2']);
});

test('persist is a barrier: what follows, of this and of later steps, waits; what precedes does not', () => {
  const seen = script(
    (input) =>
      input.type === 'start'
        ? [out('before'), save('a'), out('after a'), save('b'), say('after b')]
        : input.type === 'command'
          ? [out(input.value), { type: 'setTimer', id: 't', ms: 5 }]
          : input.type === 'timer'
            ? [out('timer')]
            : [],
    { begin: (api) => api.at(2, () => api.command('n', 'later step')) },
  );
  // The timer of the later step, too, is only set once both writes are durable at 20 ms.
  expect(seen).toEqual(['0 before', '10 after a', '20 later step', '21 heard after b', '25 timer']);
});

test('a timer set again is replaced, one cleared never fires, and it fires once', () => {
  const seen = script((input) => {
    if (input.type === 'timer') return [out(`timer ${input.id}`)];
    if (input.type !== 'start') return [];
    const timer = (id: string, ms: number): Effect => ({ type: 'setTimer', id, ms });
    return [timer('a', 10), timer('b', 20), timer('c', 30), timer('a', 40), { type: 'clearTimer', id: 'b' }];
  });
  expect(seen).toEqual(['30 timer c', '40 timer a']);
});

test('verify, sign and random are answered by id after their latency, from the services and the seed', () => {
  const asked: unknown[] = [];
  const seen = script(
    (input) => {
      if (input.type === 'start')
        return [
          { type: 'verify', id: 'v', statement: 'true' },
          { type: 'verify', id: 'w', statement: 'false' },
          { type: 'sign', id: 's', kind: 'vote', message: 'm' },
          { type: 'random', id: 'r', length: 5 },
        ];
      if (input.type === 'verified') return [out(`${input.id} ${input.valid}`)];
      if (input.type === 'signed') return [out(`${input.id} ${text(input.signature)}`)];
      return input.type === 'random' ? [out(`${input.id} ${input.bytes.length}`)] : [];
    },
    {
      services: {
        verify: (statement, node) => {
          asked.push([statement, node]);
          return statement === 'true';
        },
        sign: (node, kind, message) => bytes(`${node} ${kind} ${message}`),
      },
    },
  );
  expect(seen).toEqual(['3 v true', '3 w false', '4 s n vote m', '5 r 5']);
  expect(asked).toEqual([
    ['true', 'n'],
    ['false', 'n'],
  ]);
});

test('zero-length bytes remove a key', () => {
  const seen = script(
    (input) =>
      input.type === 'start' ? [save('a'), save('b'), { type: 'persist', key: 'a', bytes: new Uint8Array() }] : [],
    {
      goals: [
        {
          name: 'only b is durable',
          check: (world) => ([...world.node('n').durable.keys()].join() === 'b' ? undefined : 'not so'),
        },
      ],
    },
  );
  expect(seen).toEqual([]);
});

test('a later change of the bytes given to persist does not reach the disk', () => {
  const shared = bytes('good');
  const seen = script(
    (input) => {
      if (input.type === 'start')
        return [
          { type: 'persist', key: 'k', bytes: shared },
          { type: 'setTimer', id: 't', ms: 1 },
        ];
      shared.fill(0);
      return [];
    },
    {
      onStart: (_, api) => api.command('n', 'spoil'),
      goals: [
        { name: 'kept', check: (world) => (text(world.node('n').durable.get('k')!) === 'good' ? undefined : 'spoilt') },
      ],
    },
  );
  expect(seen).toEqual([]);
});

// A counter that is told to count at 0 ms; the write is under way from 0 to 10 ms.
const crashed = (fault: Omit<Extract<Fault, { type: 'crash' }>, 'type' | 'node'>): string[] => {
  const simulation = createSimulation({
    seed: 1,
    nodes: ['n'],
    machine: () => counter,
    latency,
    begin: (api) => api.at(0, () => api.command('n', 'count')),
    faults: [{ type: 'crash', node: 'n', ...fault }],
    until: 1_000,
  });
  simulation.run();
  return simulation.world.outputs.map(({ time, value, incarnation }) => `${time} ${value} (${incarnation})`);
};

test.each<[string, Parameters<typeof crashed>[0], string[]]>([
  [
    'before the write is durable, it and what waits for it are lost',
    { at: 5, downMs: 100 },
    ['0 up at 0 (1)', '0 begun 1 (1)', '105 up at 0 (2)'],
  ],
  [
    'unless the write in flight reaches the disk though nobody is told',
    { at: 5, downMs: 100, kept: true },
    ['0 up at 0 (1)', '0 begun 1 (1)', '105 up at 1 (2)'],
  ],
  [
    'once it is durable, it survives',
    { at: 11, downMs: 100 },
    ['0 up at 0 (1)', '0 begun 1 (1)', '10 durable 1 (1)', '111 up at 1 (2)'],
  ],
  ['without a restart nothing comes any more', { at: 5 }, ['0 up at 0 (1)', '0 begun 1 (1)']],
  [
    'within a step, right after the first effect',
    { at: 0, effects: 1, downMs: 100 },
    ['0 up at 0 (1)', '0 begun 1 (1)', '100 up at 0 (2)'],
  ],
  [
    'within a step, as the write begins',
    { at: 0, effects: 2, downMs: 100 },
    ['0 up at 0 (1)', '0 begun 1 (1)', '100 up at 0 (2)'],
  ],
  [
    'within a step, after the last effect',
    { at: 0, effects: 3, downMs: 100 },
    ['0 up at 0 (1)', '0 begun 1 (1)', '10 durable 1 (1)', '100 up at 1 (2)'],
  ],
])('a crash: %s', (_, fault, expected) => {
  expect(crashed(fault)).toEqual(expected);
});

test.each<[string, Fault[], string[]]>([
  [
    'comes after so many effects',
    [{ type: 'crash', node: 'n', at: 50, effects: 2, downMs: 115 }],
    ['0 start', '150 command', '160 command', '165 start', '170 command', '180 command'],
  ],
  [
    'does not come after its restart would be due',
    [{ type: 'crash', node: 'n', at: 50, effects: 2, downMs: 105 }],
    ['0 start', '150 command', '160 command', '170 command', '180 command'],
  ],
  [
    'does not outlive another crash',
    [
      { type: 'crash', node: 'n', at: 50, effects: 2 },
      { type: 'crash', node: 'n', at: 155, downMs: 1 },
    ],
    ['0 start', '150 command', '156 start', '160 command', '170 command', '180 command'],
  ],
])('a crash within effects %s', (_, faults, expected) => {
  const seen = script((input) => (input.type === 'start' || input.type === 'command' ? [out(input.type)] : []), {
    begin: (api) => {
      for (const time of [150, 160, 170, 180]) api.at(time, () => api.command('n', 'go'));
    },
    faults,
  });
  expect(seen).toEqual(expected);
});

test('timers, answers and commands of the crashed incarnation never reach the next', () => {
  const seen = script(
    (input) => {
      if (input.type === 'start')
        return [
          out('start'),
          { type: 'setTimer', id: 't', ms: 50 },
          { type: 'verify', id: 'v', statement: 1 },
          { type: 'sign', id: 's', kind: 'k', message: 1 },
          { type: 'random', id: 'r', length: 1 },
        ];
      return [out(input.type)];
    },
    {
      services: { verify: () => true, sign: () => bytes('s') },
      onStart: (node, api) => {
        if (node === 'n' && api.now() === 0) api.command('n', 'command', 40);
      },
      faults: [{ type: 'crash', node: 'n', at: 2, downMs: 10 }],
    },
  );
  expect(seen).toEqual(['0 start', '12 start', '15 verified', '16 signed', '17 random', '62 timer']);
});

test('a broadcast reaches every other node, and a crash can strike in the middle of it', () => {
  const hearers = (faults: Fault[]): string[] => {
    const simulation = createSimulation({
      seed: 1,
      nodes: ['a', 'b', 'c', 'd'],
      machine: () => pinger,
      faults,
      until: 190,
    });
    simulation.run();
    return simulation.world.outputs
      .filter(({ value }) => value === 'a ping 1')
      .map(({ node }) => node)
      .sort();
  };
  expect(hearers([])).toEqual(['b', 'c', 'd']);
  expect(hearers([{ type: 'crash', node: 'a', at: 50, effects: 2 }])).toEqual(['b', 'c']);
});

test('messages to a node that is down are lost; those in flight from one that crashes arrive', () => {
  const seen = script(on('start', say('last words')), {
    faults: [{ type: 'crash', node: 'n', at: 0 }],
  });
  expect(seen).toEqual(['1 heard last words']);
  const lost = script(on('start', say('to nobody')), {
    faults: [{ type: 'crash', node: 'peer', at: 0, downMs: 500 }],
  });
  expect(lost).toEqual([]);
});

test('a crash of a node that is down does nothing, and its restart does not count', () => {
  const seen = script(on('start', out('start')), {
    faults: [
      { type: 'crash', node: 'n', at: 10, downMs: 100 },
      { type: 'crash', node: 'n', at: 20, downMs: 1 },
    ],
  });
  expect(seen).toEqual(['0 start', '110 start']);
});

test('a partition and a link rule begin and end when their faults say', () => {
  const arrivals = (fault: Fault): number[] => {
    const simulation = createSimulation({
      seed: 1,
      nodes: ['a', 'b'],
      machine: () => pinger,
      network: { latency: { type: 'fixed', ms: 1 } },
      faults: [fault],
      until: 550,
    });
    simulation.run();
    return simulation.world.outputs.filter(({ node }) => node === 'b').map(({ time }) => time);
  };
  expect(arrivals({ type: 'partition', groups: [['a'], ['b']], at: 150, until: 350 })).toEqual([101, 401, 501]);
  expect(arrivals({ type: 'link', from: ['a'], loss: 1, at: 150, until: 250 })).toEqual([101, 301, 401, 501]);
  expect(arrivals({ type: 'link', to: ['b'], cut: true, at: 250 })).toEqual([101, 201]);
  expect(arrivals({ type: 'link', to: ['a'], cut: true, at: 0 })).toEqual([101, 201, 301, 401, 501]);
});

test('skew stretches and shrinks timers, of that node only', () => {
  const skewed = (ppm: number): string[] =>
    script(
      (input) =>
        input.type === 'start'
          ? [{ type: 'setTimer', id: 't', ms: 100 }]
          : input.type === 'timer'
            ? [out('rings')]
            : [],
      {
        faults: [
          { type: 'skew', node: 'n', ppm },
          { type: 'skew', node: 'peer', ppm: 1 },
        ],
      },
    );
  expect(skewed(0)).toEqual(['100 rings']);
  expect(skewed(100_000)).toEqual(['110 rings']);
  expect(skewed(-250_000)).toEqual(['75 rings']);
});

test('what no host can do is a violation with the node that asked', () => {
  const wrong: unknown[] = [
    { type: 'setTimer', id: 't', ms: -1 },
    { type: 'setTimer', id: 't', ms: 1.5 },
    { type: 'random', id: 'r', length: 1e9 },
    { type: 'teleport' },
  ];
  for (const effect of wrong)
    expect(() => script(on('start', effect as Effect))).toThrow(
      expect.objectContaining({ code: 'bad-effect', facts: expect.objectContaining({ node: 'n' }) }),
    );
  expect(() => script(on('start', { type: 'verify', id: 'v', statement: 1 }))).toThrow(
    expect.objectContaining({ code: 'service-threw' }),
  );
});
