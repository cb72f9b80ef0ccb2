import type { Genesis } from '@ios/client';
import { genesis } from './node-fixture.ts';

/** The network of four with epochs of some blocks each. */
export const shortEpochs: Genesis = {
  ...genesis,
  policy: {
    ...genesis.policy,
    idleMs: 40,
    epochMinBlocks: 4,
    epochMaxBlocks: 8,
    closingBlocks: 2,
    lotteryMs: 60,
    beaconTimeoutMs: 2_000,
  },
};
