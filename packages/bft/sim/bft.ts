import { createRng, type Scenario, simulate } from '@ios/simulator';
import { bftSimulation } from './network.ts';

/** Small committees more often: most of what can go wrong goes wrong among four, and four are fast. */
const SIZES = [4, 4, 4, 7, 4, 7, 4, 10, 4, 7];

/** The scenario of `sim bft`. */
export const scenario: Scenario = {
  name: 'bft',
  description:
    'committees of 4, 7 and 10 with f Byzantine members of every kind, crashes, partitions, losses and slow applications, at times another member out at each height: one value a height, none lost, progress once the network is good',
  run: (seed) => {
    const rotating = createRng(seed).fork('committee').chance(0.25);
    return simulate(bftSimulation({ seed, n: SIZES[seed % SIZES.length]!, rotating, heights: 5 }));
  },
};
