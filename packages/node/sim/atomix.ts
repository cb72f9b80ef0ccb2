import type { Scenario } from '@ios/simulator';
import { simulateAtomix } from './atomix-network.ts';

/** The scenario of `sim atomix`. */
export const scenario: Scenario = {
  name: 'atomix',
  description:
    'two or three shards of four whole nodes on memory twins, short epochs, wallets that pay across shards, contradict themselves, state coins that are not there and show bad witnesses first; in each shard one validator at most forges, replays, withholds or spoils what is said between shards, and proposes false blocks; links are lossy, slow or cut between shards, validators crash, also at each step of a transaction, and whole shards do, clients leave: value is conserved, no output is made twice, every payment is committed by all or by none, no false block is endorsed, and in the end nothing is left held or queued',
  run: (seed, sink) => simulateAtomix(seed, sink),
};
