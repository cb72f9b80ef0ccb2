import { simulate, violatedProperty } from '@ios/simulator';
import { expect, test } from 'vitest';
import { drpSimulation } from '../sim/network.ts';
import { teeth } from '../sim/teeth.ts';

const SEEDS = [...Array(60).keys()];

for (const { name, broken, caught, network } of teeth) {
  test(`without its rule the invariant bites: ${name}`, () => {
    const run = (seed: number, part: typeof broken) => {
      // What two decrypt that were both signed off is another property than that they were.
      const options = drpSimulation({ ...network(seed), ...part });
      const looked = caught === 'one decryption' ? [caught] : options.invariants!.map((one) => one.name);
      return simulate({ ...options, invariants: options.invariants!.filter((one) => looked.includes(one.name)) });
    };
    const bitten = SEEDS.find((seed) => violatedProperty(run(seed, broken)) === caught);
    expect(bitten).toBeDefined();
    for (const seed of SEEDS.slice(0, bitten! + 1)) expect(run(seed, {})).toMatchObject({ ok: true });
  });
}
