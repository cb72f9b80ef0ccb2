import { createRng, type Scenario, simulate } from '@ios/simulator';
import { electionSimulation } from './network.ts';

/** The scenario of `sim election`. */
export const scenario: Scenario = {
  name: 'election',
  description:
    'elections among 4 to 31 seats, f of them Byzantine: they withhold or hide tickets, send many and foreign ones, lead for some or never, and slander; each second seed with losses, partitions and late starts. A leader is found, the one of the definition, and no false ticket counts',
  run: (seed) => {
    const n = createRng(seed).fork('size').pick([4, 5, 7, 10, 13, 19, 31]);
    return simulate(electionSimulation({ seed, n, bad: seed % 2 === 1 }));
  },
};
