import { simulate, violatedProperty } from '@ios/simulator';
import { expect, test } from 'vitest';
import { bftSimulation } from '../sim/network.ts';
import { teeth } from '../sim/teeth.ts';

for (const { name, rules, caught, network } of teeth) {
  test(`without its rule the invariant bites: ${name}`, () => {
    const bitten: number[] = [];
    let seed = 0;
    for (; seed < 200 && bitten.length === 0; seed++) {
      const report = simulate(bftSimulation({ ...network(seed), rules }));
      if (violatedProperty(report) === caught) bitten.push(seed);
    }
    expect(bitten).not.toEqual([]);
    for (const sound of bitten) expect(simulate(bftSimulation(network(sound)))).toMatchObject({ ok: true });
  });
}
