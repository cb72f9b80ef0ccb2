import { type BeaconClient, type BeaconNetwork, createBeaconClient, trustBeacon } from '@ios/client/beacon';
import { clientOf, genesisOf } from '../node-options.ts';

/** Which nodes are asked, and which network is meant. */
export interface BeaconOptions {
  readonly rpc?: readonly string[];
  readonly config?: string;
  readonly genesis?: string;
  readonly json: boolean;
}

/** A client of the beacon of the network that is meant. Throws as `genesisOf` and `clientOf`. */
export async function beaconOf(options: BeaconOptions): Promise<{ network: BeaconNetwork; beacon: BeaconClient }> {
  const { rpc, config, genesis } = options;
  const place = { ...(config !== undefined && { config }), ...(genesis !== undefined && { genesis }) };
  const network = trustBeacon(await genesisOf(place));
  const sources = await Promise.all(
    (rpc ?? [undefined]).map((url) => clientOf(url === undefined ? place : { rpc: url })),
  );
  return { network, beacon: createBeaconClient(network, sources) };
}
