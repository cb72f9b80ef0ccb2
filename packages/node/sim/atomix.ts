import type { Scenario } from '@ios/simulator';
import { simulateAtomix } from './atomix-network.ts';

/** The scenario of `sim atomix`. */
export const scenario: Scenario = {
  name: 'atomix',
  description:
    'two or three shards of four whole nodes on memory twins, short epochs, wallets that pay across shards and contradict themselves; links are lossy, slow or cut between shards, validators and whole shards crash, clients leave: value is conserved, no output is made twice, every payment is committed by all or by none, and in the end nothing is left held or queued',
  run: (seed, sink) => simulateAtomix(seed, sink),
};
