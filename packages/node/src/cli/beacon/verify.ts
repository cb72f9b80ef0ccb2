import { readFile } from 'node:fs/promises';
import { describeBeaconFlaw, trustBeacon, verifyBeaconBundle } from '@ios/client/beacon';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NodeError } from '../../errors.ts';
import { missing } from '../files.ts';
import { readGenesis } from '../genesis-file.ts';
import { print } from '../print.ts';
import { seemsToBe } from '../seems.ts';
import { describe, recordOf } from './show.ts';

interface VerifyOptions {
  readonly genesis: string;
  readonly json: boolean;
}

/** `ios beacon verify`. */
export async function verifyFile(file: string, { genesis, json }: VerifyOptions): Promise<void> {
  const network = trustBeacon(await readGenesis(genesis));
  const bytes = await readFile(file).catch((error: unknown) => {
    throw missing(error, file, 'file of the beacon', 'ios beacon get makes one.');
  });
  const verdict = verifyBeaconBundle(network, new Uint8Array(bytes));
  const chain = bytesToHex(network.chain);
  if (!verdict.valid) {
    const known = verdict.reason === 'malformed' ? seemsToBe(bytes) : undefined;
    const remedy = known ?? 'Fetch it again with ios beacon get, or name the genesis that it is of.';
    throw new NodeError(
      'proof',
      `${file} proves nothing in ${network.name} (${chain}): ${describeBeaconFlaw(verdict)}. ${remedy}`,
      { path: file, reason: verdict.reason },
    );
  }
  const record = recordOf(network.chain, verdict);
  print(
    json,
    { valid: true, ...record },
    `Network      ${network.name}, ${chain}\n${describe(record)}The file holds: the records from genesis, their signatures, the dealings and the shares.\n`,
  );
}
