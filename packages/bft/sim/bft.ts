import { type Scenario, simulate } from '@ios/simulator';
import { bftSimulation } from './network.ts';

/** The scenario of `sim bft`. */
export const scenario: Scenario = {
  name: 'bft',
  description:
    'committees of 4, 7 and 10 with f Byzantine members of every kind, crashes, partitions, losses and slow applications: one value a height, none lost, progress once the network is good',
  run: (seed) => simulate(bftSimulation({ seed, n: [4, 7, 10][seed % 3]!, heights: 8 })),
};
