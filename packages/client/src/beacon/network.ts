import type { verify } from '@ios/crypto/ed25519';
import type { Server } from '@ios/drp';
import { type TrustedNetwork, trustGenesis } from '../finality/committee.ts';
import type { Genesis } from '../genesis/genesis.ts';

/** A trusted network with the keys to which its validators deal. */
export interface BeaconNetwork extends TrustedNetwork {
  /** Identity and share keys of the validators, 32 bytes each, in the order of the committee. */
  readonly servers: readonly Server[];
}

/** The network of a genesis, as `trustGenesis` gives it, with the share keys. Throws `ClientError` (`genesis-malformed`). */
export const trustBeacon = (genesis: Genesis, isSigned?: typeof verify): BeaconNetwork => ({
  ...trustGenesis(genesis, isSigned),
  servers: genesis.validators.map(({ identity, share }) => ({ identity, share })),
});
