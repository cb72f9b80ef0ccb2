import { encodeBeaconBundle, type FetchedBeacon } from '@ios/client/beacon';
import { writeNew } from '../files.ts';
import { print } from '../print.ts';
import { describe, recordOf } from './show.ts';
import { type BeaconOptions, beaconOf } from './source.ts';

interface FileOptions extends BeaconOptions {
  readonly output?: string;
}

/** `ios beacon latest`. */
export async function keepLatest(options: FileOptions): Promise<void> {
  const { network, beacon } = await beaconOf(options);
  await keep(network.chain, await beacon.latest(), options);
}

/** `ios beacon get`. */
export async function keepOne(epoch: number, options: FileOptions): Promise<void> {
  const { network, beacon } = await beaconOf(options);
  await keep(network.chain, await beacon.at(epoch), options);
}

async function keep(chain: Uint8Array, fetched: FetchedBeacon, { output, json }: FileOptions): Promise<void> {
  const record = recordOf(chain, fetched);
  if (output === undefined) return print(json, record, `${describe(record)}Verified from genesis.\n`);
  const bytes = encodeBeaconBundle(fetched.bundle);
  await writeNew(output, bytes);
  print(
    json,
    { file: output, bytes: bytes.length, ...record },
    `${describe(record)}Verified from genesis; the ${bytes.length} bytes that show it are in ${output}.\n`,
  );
}
