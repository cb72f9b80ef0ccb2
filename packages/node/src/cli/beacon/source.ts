import { type BeaconClient, type BeaconNetwork, createBeaconClient, trustBeacon } from '@ios/client/beacon';
import { clientsOf, genesisOf, type NodesOptions } from '../node-options.ts';

/** Which nodes are asked, and which network is meant. */
export interface BeaconOptions extends NodesOptions {
  readonly json: boolean;
}

/** A client of the beacon of the network that is meant. Throws as `genesisOf` and `clientsOf`. */
export async function beaconOf(options: BeaconOptions): Promise<{ network: BeaconNetwork; beacon: BeaconClient }> {
  const network = trustBeacon(await genesisOf(options));
  return { network, beacon: createBeaconClient(network, await clientsOf(options)) };
}
