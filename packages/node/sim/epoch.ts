import type { Scenario } from '@ios/simulator';
import { simulateEpochs } from './epoch-network.ts';

/** The scenario of `sim epoch`. */
export const scenario: Scenario = {
  name: 'epoch',
  description:
    'four whole nodes on memory twins through three epochs, real lottery, RandHound and signatures; one may cheat as leader, dealer or holder of shares, the others crash, links are cut and lossy: one record an epoch, followed from genesis, no share decrypted before the sign-off, no attempt fails, the epochs go on within a bound',
  run: (seed, sink) => simulateEpochs(seed, sink),
};
