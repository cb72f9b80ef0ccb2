import { expect, test } from 'vitest';
import {
  createRng,
  drawFaults,
  generalBehaviours,
  type Report,
  replay,
  SimulationError,
  simulate,
} from '../src/index.ts';
import { counter, echo, pinger } from './machines.ts';

const nodes = ['a', 'b', 'c', 'd'];
const behaviours = generalBehaviours;

const run = (seed: number): Report =>
  simulate({
    seed,
    nodes,
    machine: () => pinger,
    behaviours,
    faults: drawFaults(createRng(seed), {
      nodes,
      until: 1_500,
      byzantine: { count: 1, behaviours: Object.keys(behaviours) },
      crashes: { count: [0, 3], downMs: [10, 500] },
      partitions: { count: [0, 2], ms: [100, 500] },
      cuts: { count: [0, 2], ms: [100, 500] },
      losses: { count: [1, 2], ms: [100, 500], loss: 0.5, duplication: 0.5 },
      skewPpm: 10_000,
    }),
    until: 2_000,
  });

test('equal seeds give equal runs, faults and Byzantine behaviours included', () => {
  for (let seed = 0; seed < 40; seed++) expect(run(seed)).toEqual(run(seed));
});

test('different seeds give different traces', () => {
  const traces = new Set(Array.from({ length: 40 }, (_, seed) => run(seed).trace));
  expect(traces.size).toBe(40);
});

test('a trace tells apart runs that differ in one byte of one message, one command or one durable value', () => {
  const say = (value: string): string =>
    simulate({
      seed: 1,
      nodes,
      machine: () => echo,
      begin: (api) => api.at(5, () => api.command('a', value)),
      until: 9,
    }).trace;
  expect(say('hello')).not.toBe(say('hellp'));
  const count = (times: number): string =>
    simulate({
      seed: 1,
      nodes: ['a'],
      machine: () => counter,
      onStart: (node, api) => {
        for (let time = 0; time < times; time++) api.command(node, 'count');
      },
      until: 50,
    }).trace;
  expect(count(2)).not.toBe(count(3));
});

test('replay accepts the same trace and refuses a scenario that depends on more than its seed', async () => {
  const scenario = { name: 'pings', description: 'Four nodes ping each other under faults.', run };
  const report = run(3);
  expect(await replay(scenario, report)).toEqual(report);
  let calls = 0;
  const moody = { ...scenario, run: (seed: number) => run(seed + calls++) };
  const first = moody.run(3);
  await expect(replay(moody, first)).rejects.toThrow(SimulationError);
  await expect(replay(moody, first)).rejects.toMatchObject({ code: 'not-deterministic', facts: { seed: 3 } });
});
