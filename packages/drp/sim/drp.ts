import { createRng, type Scenario, simulate } from '@ios/simulator';
import { castOf, realScheme } from './cast.ts';
import { type DrpNetwork, drpSimulation } from './network.ts';

const SIZES = [4, 7, 5, 10, 4, 13, 6, 7, 8, 10];

/**
 * 4 to 13 servers in one group; of eight seeds one of 12 to 40 servers in groups of 3 to 9, and one in groups so small that the
 * Byzantine own some of them and fail attempts; each 40th seed over ristretto255.
 */
export const networkOf = (seed: number): DrpNetwork => {
  const rng = createRng(seed).fork('network');
  if (seed % 40 === 7) {
    const n = rng.between(4, 7);
    return { seed, n, cast: castOf(n, realScheme()) };
  }
  if (seed % 8 === 5) return { seed, n: rng.between(12, 40), groupSize: rng.between(3, 9) };
  if (seed % 8 === 3) {
    const n = rng.between(9, 21);
    return { seed, n, groupSize: 3, behaviours: ['withholder', 'vetoer', 'fewShares', 'lateShares', 'badShare'] };
  }
  return { seed, n: SIZES[seed % SIZES.length]! };
};

/** The scenario of `sim drp`. */
export const scenario: Scenario = {
  name: 'drp',
  description:
    'an epoch of 4 to 40 servers, f of them Byzantine as clients and servers in every way, with crashes, losses, partitions and sign-offs that are heard of late, beside a trusted sequencer in place of the consensus: at most one selection of an attempt is decrypted, nobody can know an output before its sign-off, all recover the same, and nobody honest is blamed',
  run: (seed, sink) => simulate({ ...drpSimulation(networkOf(seed)), ...(sink === undefined ? {} : { sink }) }),
};
