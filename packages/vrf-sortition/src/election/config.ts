import type { Ecvrf } from '../ecvrf/ecvrf.ts';
import { VrfError } from '../errors.ts';
import type { ElectionContext } from '../leader.ts';

/** What an election is made of; nothing has a default. */
export interface ElectionConfig {
  readonly context: ElectionContext;
  /** Index of this seat. */
  readonly self: number;
  /** The names of the seats in the host's network, by index. */
  readonly peers: readonly string[];
  /** The chain's function; only `proofToHash` is called here, the host verifies and proves. */
  readonly vrf: Pick<Ecvrf, 'proofToHash'>;
  /** Δ, for which tickets are gathered, in ms from 1 to 2^31. */
  readonly delta: number;
}

/** @throws VrfError `configuration` for what cannot be an election. */
export const checkConfig = ({ context, self, peers, delta }: ElectionConfig): void => {
  const { chain, epoch, randomness, seats } = context;
  const n = seats.length;
  const demand = (holds: boolean, what: string): void => {
    if (!holds) throw new VrfError('configuration', what);
  };
  demand(n >= 1 && n <= 65_535, 'an election has 1 to 65 535 seats');
  demand(
    seats.every(({ identity, vrfKey }) => identity.length === 32 && vrfKey.length === 32),
    'keys have 32 bytes',
  );
  demand(chain.length === 32 && randomness.length === 32, 'chain and randomness have 32 bytes');
  demand(Number.isInteger(epoch) && epoch >= 0 && epoch < 2 ** 32, 'an epoch is a whole number below 2^32');
  demand(peers.length === n && new Set(peers).size === n, 'every seat has a name of its own');
  demand(Number.isInteger(self) && self >= 0 && self < n, 'self is an index of the seats');
  demand(Number.isInteger(delta) && delta >= 1 && delta <= 2 ** 31, 'delta is a whole number of ms from 1 to 2^31');
};
