import { simulate, violatedProperty } from '@ios/simulator';
import { expect, test } from 'vitest';
import { electionSimulation } from '../sim/network.ts';
import { teeth } from '../sim/teeth.ts';
import { soundRules } from '../src/testing.ts';

const SEEDS = [...Array(30).keys()];

for (const { name, rules, caught, network } of teeth) {
  test(`without its rule the invariant bites: ${name}`, () => {
    const run = (seed: number, under: typeof rules) => simulate(electionSimulation({ ...network(seed), rules: under }));
    const bitten = SEEDS.find((seed) => violatedProperty(run(seed, rules)) === caught);
    expect(bitten).toBeDefined();
    for (const seed of SEEDS.slice(0, bitten! + 1)) expect(run(seed, soundRules)).toMatchObject({ ok: true });
  });
}
