import { expect, test } from 'vitest';
import { faultsOf, scenario, vote } from '../sim/agreement.ts';
import { type Candidate, type Fault, type Report, SimulationError, shrink, simulate } from '../src/index.ts';
import { counter, pinger } from './machines.ts';

const harmless: Fault[] = [
  { type: 'skew', node: 'a', ppm: 300 },
  { type: 'skew', node: 'b', ppm: -300 },
  { type: 'partition', groups: [['a'], ['b', 'c']], at: 100, until: 200 },
  { type: 'link', from: ['b'], loss: 0.5, duplication: 0.5, at: 50, until: 400 },
  { type: 'crash', node: 'a', at: 150, downMs: 20, kept: true },
  { type: 'link', cut: true, to: ['a'], at: 500, until: 600 },
  { type: 'byzantine', node: 'a', behaviour: 'same' },
];
const run = ({ seed, faults }: Candidate): Report =>
  simulate({
    seed,
    nodes: ['a', 'b', 'c'],
    machine: () => pinger,
    behaviours: { same: (machine) => machine },
    faults,
    invariants: [
      { name: 'c starts once', check: (world) => (world.node('c').incarnation > 1 ? 'it started again' : undefined) },
      { name: 'b starts once', check: (world) => (world.node('b').incarnation > 1 ? 'it started again' : undefined) },
    ],
    until: 1_000,
  });

test('the single guilty fault is found among harmless ones, and made as simple as it can be', async () => {
  const guilty: Fault = { type: 'crash', node: 'c', at: 300, downMs: 64, effects: 2, kept: true };
  for (let place = 0; place <= harmless.length; place++) {
    const faults = [...harmless.slice(0, place), guilty, ...harmless.slice(place)];
    const { candidate, report, runs } = await shrink({ seed: 5, faults }, run);
    expect(candidate).toEqual({ seed: 5, faults: [{ type: 'crash', node: 'c', at: 300, downMs: 1 }] });
    expect(report).toEqual(run(candidate));
    expect(report.violation).toBe('c starts once: it started again');
    expect(runs).toBeLessThan(60);
  }
});

test('another violation is not taken for the same one', async () => {
  const faults: Fault[] = [
    { type: 'crash', node: 'c', at: 300, downMs: 1 },
    { type: 'crash', node: 'b', at: 400, downMs: 1 },
  ];
  const { candidate } = await shrink({ seed: 5, faults }, run);
  expect(candidate.faults).toEqual([faults[0]]);
});

test('two faults that are guilty together both stay; windows and probabilities shrink', async () => {
  const cut = (at: number, node: string): Fault => ({
    type: 'link',
    from: [node],
    cut: true,
    loss: 0.5,
    at,
    until: at + 512,
  });
  const both = ({ seed, faults }: Candidate): Report =>
    simulate({
      seed,
      nodes: ['a', 'b', 'c'],
      machine: () => pinger,
      faults,
      begin: (api) => {
        const { world } = api;
        api.at(350, () => {
          if (api.network.isCut('a', 'c') && api.network.isCut('b', 'c')) api.crash('c');
        });
        expect(world.now()).toBe(0);
      },
      invariants: [
        { name: 'c is up', check: (world) => (world.node('c').alive || world.now() === 0 ? undefined : 'down') },
      ],
      until: 1_000,
    });
  const faults = [cut(100, 'a'), ...harmless.slice(0, 4), cut(200, 'b')];
  const { candidate } = await shrink({ seed: 5, faults }, both);
  expect(candidate.faults.length).toBe(2);
  for (const fault of candidate.faults) {
    expect(fault).not.toHaveProperty('loss');
    if (fault.type === 'link') expect(fault.until! - fault.at).toBeLessThanOrEqual(1);
  }
});

test('a failure that needs no fault shrinks to none', async () => {
  const always = ({ seed, faults }: Candidate): Report =>
    simulate({
      seed,
      nodes: ['a', 'b', 'c'],
      machine: () => counter,
      behaviours: { same: (machine) => machine },
      faults,
      goals: [
        {
          name: 'someone counts',
          check: ({ outputs }) => (outputs.some(({ value }) => value === 'durable 1') ? undefined : 'no one'),
        },
      ],
      until: 10,
    });
  const { candidate, runs } = await shrink({ seed: 1, faults: harmless }, always);
  expect(candidate.faults).toEqual([]);
  expect(runs).toBe(2);
});

test('what does not fail cannot be shrunk, and the number of runs is bounded', async () => {
  await expect(shrink({ seed: 5, faults: harmless }, run)).rejects.toThrow(SimulationError);
  const guilty: Fault = { type: 'crash', node: 'c', at: 300, downMs: 64 };
  const { runs, report } = await shrink({ seed: 5, faults: [...harmless, guilty] }, run, { maxRuns: 3 });
  expect(runs).toBe(3);
  expect(report.ok).toBe(false);
});

// Teeth: break one rule of the vote, and the invariant must see it.
const firstFailure = async (rules: Parameters<typeof vote>[1], seeds: number): Promise<Candidate> => {
  for (let seed = 0; seed < seeds; seed++) {
    const faults = faultsOf(seed);
    if (!vote({ seed, faults }, rules).ok) return { seed, faults };
  }
  throw new Error(`no seed of ${seeds} broke ${JSON.stringify(rules)}`);
};

test('the sound vote survives a hundred seeds', () => {
  for (let seed = 0; seed < 100; seed++) expect(scenario.run(seed)).toMatchObject({ ok: true });
});

test('a vote without a quorum is caught, and one Byzantine node or one cut is shown to suffice', async () => {
  const rules = { quorum: 2, remembers: true };
  const failing = await firstFailure(rules, 100);
  const { candidate, report } = await shrink(failing, (smaller) => vote(smaller, rules));
  expect(report.violation).toMatch(/^agreement: [abcd] decided [xy] and [abcd] decided [xy]$/);
  expect(failing.faults.length).toBeGreaterThan(4);
  expect(candidate.faults.length).toBeLessThanOrEqual(2);
});

test('a vote that is not durable is caught, and what is left is a crash', async () => {
  const rules = { quorum: 3, remembers: false };
  const { candidate } = await shrink(await firstFailure(rules, 100), (smaller) => vote(smaller, rules));
  expect(candidate.faults.some(({ type }) => type === 'crash')).toBe(true);
  const durable = vote(candidate, { quorum: 3, remembers: true });
  expect(durable.ok).toBe(true);
});
