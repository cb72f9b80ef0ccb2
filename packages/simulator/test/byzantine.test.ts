import { expect, test } from 'vitest';
import {
  type Behaviour,
  compose,
  createSimulation,
  deaf,
  delayer,
  type Fault,
  garbage,
  mutateEffects,
  mutateInputs,
  mutateSends,
  type OutputRecord,
  replayer,
  selectivelySilent,
  silent,
  splitBrain,
} from '../src/index.ts';
import { bytes, counter, echo, pinger, text } from './machines.ts';

const nodes = ['a', 'b', 'c', 'd', 'e'];

/** What everyone puts out when `a` pings, or echoes, under `behaviour`. */
const under = (
  behaviour: Behaviour,
  {
    machine = pinger,
    faults = [],
    until = 1_050,
  }: { machine?: typeof pinger | typeof echo; faults?: Fault[]; until?: number } = {},
): readonly OutputRecord<string>[] => {
  const simulation = createSimulation<unknown, string, string, unknown, unknown>({
    seed: 1,
    nodes,
    machine: () => machine,
    network: { latency: { type: 'fixed', ms: 1 } },
    services: { sign: (node, kind, message) => bytes(`${node}/${kind}/${message}`) },
    behaviours: { bad: behaviour },
    faults: [{ type: 'byzantine', node: 'a', behaviour: 'bad' }, ...faults],
    begin: (api) => {
      if (machine === echo) api.at(1, () => api.command('a', 'hi'));
    },
    until,
  });
  simulation.run();
  return simulation.world.outputs;
};
/** Those that `a` sent and honest nodes heard. */
const fromA = (outputs: readonly OutputRecord<string>[]): OutputRecord<string>[] =>
  outputs.filter(({ value }) => value.startsWith('a '));
const hearers = (outputs: readonly OutputRecord<string>[]): string[] => [
  ...new Set(fromA(outputs).map(({ node }) => node)),
];

test('without a behaviour ten pings reach four peers', () => {
  expect(fromA(under(compose())).length).toBe(40);
});

test('silent says nothing, from its time on, or with its probability', () => {
  expect(fromA(under(silent()))).toEqual([]);
  expect(fromA(under(silent({ from: 450 }))).length).toBe(16);
  const some = fromA(under(silent({ probability: 0.5 }))).length;
  expect(some).toBeGreaterThan(8);
  expect(some).toBeLessThan(32);
});

test('selective silence shuns the peers that it picks, a fixed half when it is not told', () => {
  expect(hearers(under(selectivelySilent({ to: (peer) => peer !== 'd' })))).toEqual(['d']);
  const half = fromA(under(selectivelySilent()));
  expect(hearers(half).length).toBe(2);
  expect(half.length).toBe(20);
});

test('deaf hears nothing, or not the peers that it picks', () => {
  const heardByA = (behaviour: Behaviour): number => under(behaviour).filter(({ node }) => node === 'a').length;
  expect(heardByA(deaf())).toBe(0);
  expect(heardByA(deaf({ from: (peer) => peer === 'b' }))).toBe(30);
});

test('a replayer sends again, later and to others, what it said and what it heard', () => {
  const outputs = fromA(under(replayer({ probability: 1, delay: { type: 'uniform', low: 0, high: 100 } })));
  expect(outputs.length).toBeGreaterThan(60);
  const late = outputs.filter(({ time, value }) => Number(value.split(' ')[2]) * 100 + 1 < time);
  expect(late.length).toBeGreaterThan(10);
});

test('garbage spoils some messages and breaks no honest machine', () => {
  const outputs = fromA(under(garbage({ probability: 0.5 })));
  const good = outputs.filter(({ value }) => /^a ping \d+$/.test(value));
  expect(outputs.length).toBe(40);
  expect(good.length).toBeLessThan(35);
  expect(good.length).toBeGreaterThan(5);
  const lengths = new Set(fromA(under(garbage({ probability: 1 }))).map(({ value }) => value.length));
  expect(lengths.size).toBeGreaterThan(4);
});

test('a delayer adds its delay to each message', () => {
  const times = fromA(under(delayer({ delay: { type: 'fixed', ms: 30 } }))).map(({ time }) => time % 100);
  expect(new Set(times)).toEqual(new Set([31]));
});

test('mutateEffects sees the input, the state and the peers, and signs for itself and for accomplices only', () => {
  const seen: unknown[] = [];
  const behaviour = mutateEffects((effects, { input, state, self, peers, accomplices, sign, now }) => {
    if (input.type !== 'timer') return effects;
    seen.push([now(), self, peers, accomplices, state, text(sign('vote', 'm')), text(sign('vote', 'm', 'b'))]);
    expect(() => sign('vote', 'm', 'c')).toThrow('does not hold the keys of c');
    return [];
  });
  const outputs = under(behaviour, { faults: [{ type: 'byzantine', node: 'b', behaviour: 'bad' }], until: 150 });
  expect(seen[0]).toEqual([100, 'a', ['b', 'c', 'd', 'e'], ['b'], 1, 'a/vote/m', 'b/vote/m']);
  expect(fromA(outputs)).toEqual([]);
});

test('mutateSends tells each peer something else', () => {
  const outputs = fromA(
    under(
      mutateSends((to, said) => (to === 'b' ? [] : to === 'c' ? [said, said] : [bytes(`for ${to}`)])),
      { until: 150 },
    ),
  );
  expect(outputs.map(({ node, value }) => `${node}: ${value}`).sort()).toEqual([
    'c: a ping 1',
    'c: a ping 1',
    'd: a for d',
    'e: a for e',
  ]);
});

test('mutateInputs feeds the good machine other inputs', () => {
  const outputs = under(
    mutateInputs((input) => (input.type === 'timer' ? [input, input] : [])),
    { until: 150 },
  );
  expect(fromA(outputs).filter(({ value }) => value === 'a ping 2').length).toBe(4);
});

test('behaviours compose, the first next to the machine, and several faults do the same', () => {
  const shout = mutateSends((_, said) => [bytes(`${text(said)}!`)]);
  const ask = mutateSends((_, said) => [bytes(`${text(said)}?`)]);
  expect(fromA(under(compose(shout, ask), { until: 150 }))[0]!.value).toBe('a ping 1!?');
  const twice = under(shout, { until: 150, faults: [{ type: 'byzantine', node: 'a', behaviour: 'bad' }] });
  expect(fromA(twice)[0]!.value).toBe('a ping 1!!');
});

test('a split brain shows its halves to disjoint peers, each told its own command, and hears each from its own', () => {
  const brain = splitBrain<string>({
    shows: (peer) => (peer === 'e' ? 'both' : peer < 'd' ? 'left' : 'right'),
    commands: (value, side) => (side === 'left' ? value : `no ${value}`),
  });
  const outputs = under(brain, { machine: echo });
  // Each half asks its peers, they echo, and the half that asked puts the echo out; `e` answers both, and both hear it.
  expect(outputs.map(({ node, value }) => `${node} ${value}`).sort()).toEqual([
    'a b hi',
    'a c hi',
    'a d no hi',
    'a e hi',
    'a e hi',
    'a e no hi',
    'a e no hi',
  ]);
});

test('without options a split brain splits the peers evenly, and a half may be given no command', () => {
  const outputs = under(splitBrain<string>({ commands: (value, side) => (side === 'right' ? value : undefined) }), {
    machine: echo,
  });
  expect(outputs.length).toBe(2);
});

test('a timer or an answer reaches only the half that asked for it', () => {
  const simulation = createSimulation<unknown, string, string, unknown, unknown>({
    seed: 1,
    nodes: ['a', 'b'],
    machine: () => ({
      init: () => undefined,
      step: (state, input) => {
        if (input.type !== 'start') return { state, effects: [{ type: 'output', value: input.type }] };
        return {
          state,
          effects: [
            { type: 'setTimer', id: 't', ms: 50 },
            { type: 'random', id: 'r', length: 1 },
          ],
        };
      },
    }),
    behaviours: { split: splitBrain() },
    faults: [{ type: 'byzantine', node: 'a', behaviour: 'split' }],
    until: 100,
  });
  simulation.run();
  expect(simulation.world.node('a').outputs).toEqual(['random', 'random', 'timer', 'timer']);
  expect(simulation.world.node('b').outputs).toEqual(['random', 'timer']);
});

test('the halves of a split brain keep apart timers, answers and what is durable, across a crash', () => {
  const simulation = createSimulation({
    seed: 1,
    nodes: ['a', 'b'],
    machine: () => counter,
    behaviours: {
      split: splitBrain<string>({
        commands: (value, side) => (side === 'left' || value === 'all' ? value : undefined),
      }),
    },
    faults: [
      { type: 'byzantine', node: 'a', behaviour: 'split' },
      { type: 'crash', node: 'a', at: 3_000, downMs: 10 },
    ],
    begin: (api) => {
      api.at(1, () => api.command('a', 'all'));
      api.at(1_000, () => api.command('a', 'left alone'));
    },
    until: 5_000,
  });
  simulation.run();
  const a = simulation.world.node('a');
  expect(Object.fromEntries(a.durable)).toEqual({ 'left/count': Uint8Array.of(2), 'right/count': Uint8Array.of(1) });
  expect(a.outputs.slice(-2)).toEqual(['up at 2', 'up at 1']);
  expect(a).toMatchObject({ faulty: true, state: undefined, incarnation: 2 });
});
