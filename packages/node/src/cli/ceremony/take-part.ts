import { rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { chainName } from '@ios/client';
import { encodeAddress } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { systemEntropy } from '../../entropy.ts';
import { NodeError } from '../../errors.ts';
import { ceremonyHash, commitmentTo, sealedHash } from '../../genesis/ceremony.ts';
import { encodeCommitment, encodeRegistration, registrationIn } from '../../genesis/ceremony-files.ts';
import { checkGenesis } from '../../genesis/check.ts';
import { register as makeRegistration } from '../../keys/register.ts';
import { writeSecretFile } from '../../keys/secret-file.ts';
import { taken, writeNew } from '../files.ts';
import { openNamedKey, ownerOf } from '../key-reference.ts';
import type { PasswordOptions } from '../password.ts';
import { print } from '../print.ts';
import { readCeremony, readKept, readSealed } from './files.ts';

interface RegisterOptions extends PasswordOptions {
  readonly key: string;
  readonly owner: string;
  readonly address?: readonly string[];
  readonly keys: string;
  readonly as?: string;
  readonly json: boolean;
}

/** The endings of a validator's three files. */
const REGISTRATION = '.registration.json';
const COMMITMENT = '.commitment.json';
const OPENING = '.opening.json';

/** `ios ceremony register`. */
export async function register(ceremonyFile: string, options: RegisterOptions): Promise<void> {
  const ceremony = await readCeremony(ceremonyFile);
  const owner = await ownerOf(options.owner, options.keys);
  const master = await openNamedKey(options.key, options.keys, options);
  const request = { master, chainName: chainName(ceremony), owner, addresses: options.address ?? [] };
  const registration = makeRegistration(request, systemEntropy);
  master.fill(0);
  // What assembly would refuse is refused here, where it can be mended; how many take part for the shards is not known yet.
  checkGenesis({ ...ceremony, policy: { ...ceremony.policy, shards: 1 }, validators: [registration] });
  const hash = ceremonyHash(ceremony);
  const commitment = commitmentTo(ceremony, registration);
  const prefix = options.as ?? basename(options.key, '.json');
  const kept = prefix + REGISTRATION;
  const file = prefix + COMMITMENT;
  const text = encodeRegistration(ceremony, { ceremony: hash, shownFor: undefined, registration });
  await writeSecretFile(kept, text).catch((error: unknown) => {
    throw taken(error, kept);
  });
  await writeNew(file, encodeCommitment({ ceremony: hash, commitment }));
  print(
    options.json,
    {
      registration: kept,
      commitment: file,
      identity: bytesToHex(registration.identity),
      owner: encodeAddress(owner),
      addresses: request.addresses,
    },
    `Identity   ${bytesToHex(registration.identity)}
Fees to    ${encodeAddress(owner)}
Addresses  ${request.addresses.join(', ') || 'none: it dials the others'}

Send ${file} to the coordinator.
Keep ${kept} for yourself: whoever sees it before the list is closed can choose its own registration in view of it.
`,
  );
}

interface OpenOptions {
  readonly output?: string;
  readonly json: boolean;
}

/** `ios ceremony open`. */
export async function openRegistration(sealedFile: string, kept: string, options: OpenOptions): Promise<void> {
  const sealed = await readSealed(sealedFile);
  const file = await readKept(kept, sealed);
  const { ceremony, commitments } = sealed;
  const registration = registrationIn(ceremony, file);
  const own = commitmentTo(ceremony, registration);
  if (!commitments.some((commitment) => Buffer.compare(commitment, own) === 0)) {
    throw new NodeError(
      'ceremony',
      `Your commitment is not in ${sealedFile}. Show nothing, and ask the coordinator why it was left out.`,
    );
  }
  const name = sealedHash(sealed);
  if (file.shownFor !== undefined && Buffer.compare(file.shownFor, name) !== 0) {
    throw new NodeError(
      'ceremony',
      'This registration was shown for another closed list. There are two, so somebody chooses between them: ' +
        'ask the coordinator, and begin a new ceremony.',
      { shownFor: bytesToHex(file.shownFor), sealed: bytesToHex(name) },
    );
  }
  const text = encodeRegistration(ceremony, { ceremony: file.ceremony, shownFor: name, registration });
  // The mark is on disk before anything is shown.
  await replaceSecret(kept, text);
  const output =
    options.output ?? `${kept.endsWith(REGISTRATION) ? kept.slice(0, -REGISTRATION.length) : kept}${OPENING}`;
  await writeNew(output, text);
  print(
    options.json,
    { opening: output, sealed: bytesToHex(name), validators: commitments.length },
    `Your commitment is one of ${commitments.length}. Send ${output} to the coordinator.\n`,
  );
}

async function replaceSecret(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  await rm(fresh, { force: true });
  await writeSecretFile(fresh, text);
  await rename(fresh, path);
}
