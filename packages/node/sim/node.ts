import type { Scenario } from '@ios/simulator';
import { simulateNodes } from './network.ts';

/** The scenario of `sim node`. */
export const scenario: Scenario = {
  name: 'node',
  description:
    'four whole nodes on memory twins, real signatures; crashes lose unsynced writes, some disks take seconds, links are cut and lossy, wallets spend unconfirmed and conflicting coins: one chain, nothing final lost, every transfer final, supply conserved',
  run: (seed, sink) => simulateNodes(seed, sink),
};
