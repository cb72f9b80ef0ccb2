import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Genesis, Policy, Registration } from '@ios/client';
import { chainName, encodeGenesisFile } from '@ios/client';
import { getPublicKey } from '@ios/crypto/ed25519';
import type { Output } from '@ios/ledger';
import type { Entropy } from '../entropy.ts';
import { checkGenesis } from '../genesis/check.ts';
import { encryptMaster, MASTER_LENGTH } from '../keys/key-file.ts';
import { labelFor } from '../keys/keys-folder.ts';
import { generatePassword } from '../keys/password.ts';
import { register } from '../keys/register.ts';
import { writeSecretFile } from '../keys/secret-file.ts';
import { type Config, encodeConfig } from './config.ts';
import { assertVacant, makeFolder } from './new-folder.ts';

/** A network on one machine, before it is there. */
export interface LocalNetworkOptions {
  /** The folder to make; it is not there, or empty. */
  readonly folder: string;
  readonly name: string;
  /** For each validator the port on which it talks to the others, and its port for RPC (0: any that is free at its start). */
  readonly ports: readonly { readonly peers: number; readonly rpc: number }[];
  readonly policy: Policy;
  /** The outputs of genesis, given the owner key of each validator. */
  readonly outputs: (owners: readonly Uint8Array[]) => readonly Output[];
  /** The password of all keys; left out, each validator gets one of its own in a file beside its keys. */
  readonly password?: string;
  readonly log?: Config['log'];
  readonly entropy: Entropy;
}

/** A validator of a network that was made. */
export interface LocalValidator {
  /** Its folder, with `config.json`, `key.json`, `owner.json` and, unless a password was given, `password`. */
  readonly folder: string;
  readonly config: string;
  readonly registration: Registration;
}

/** A network that was made. */
export interface LocalNetwork {
  readonly genesis: Genesis;
  /** Path of `genesis.json`. */
  readonly genesisFile: string;
  /** In the order of genesis. */
  readonly validators: readonly LocalValidator[];
}

interface Draft {
  readonly master: Uint8Array;
  readonly ownerSeed: Uint8Array;
  readonly registration: Registration;
}

/**
 * Makes the files of a network that listens on 127.0.0.1 alone: `genesis.json`, and for each validator a folder with its
 * configuration, its encrypted master secret and the encrypted seed of its owner key. The folder appears whole or not at
 * all. Throws `NodeError`: `exists` if the folder holds something, `genesis-malformed` or `genesis-invalid` if what was
 * asked for is no genesis; else what the file system throws.
 */
export async function createLocalNetwork(options: LocalNetworkOptions): Promise<LocalNetwork> {
  const folder = resolve(options.folder);
  await assertVacant(folder);
  const { genesis, drafts } = draftNetwork(options);
  checkGenesis(genesis);
  await makeFolder(folder, async (workshop) => {
    await writeFile(join(workshop, 'genesis.json'), encodeGenesisFile(genesis));
    for (const [index, draft] of drafts.entries()) {
      await writeValidator(join(workshop, `validator-${index}`), draft, options.ports[index]!.rpc, options);
    }
  });
  return {
    genesis,
    genesisFile: join(folder, 'genesis.json'),
    validators: drafts.map(({ registration }, index) => {
      const own = join(folder, `validator-${index}`);
      return { folder: own, config: join(own, 'config.json'), registration };
    }),
  };
}

/** Draws all secrets, and puts the validators in the order of their identities, which is that of the ports. */
function draftNetwork({ name, ports, policy, outputs, entropy }: LocalNetworkOptions): {
  readonly genesis: Genesis;
  readonly drafts: readonly Draft[];
} {
  const bound = { version: 1, name, nonce: entropy(32), policy } as const;
  const drafts = ports
    .map(() => {
      const master = entropy(MASTER_LENGTH);
      const ownerSeed = entropy(32);
      const request = { master, chainName: chainName(bound), owner: getPublicKey(ownerSeed), addresses: [] };
      return { master, ownerSeed, registration: register(request, entropy) };
    })
    .sort((a, b) => Buffer.compare(a.registration.identity, b.registration.identity))
    .map(({ registration, ...secrets }, index) => ({
      ...secrets,
      registration: { ...registration, addresses: [`/ip4/127.0.0.1/tcp/${ports[index]!.peers}`] },
    }));
  const validators = drafts.map(({ registration }) => registration);
  return { genesis: { ...bound, validators, outputs: outputs(validators.map(({ owner }) => owner)) }, drafts };
}

async function writeValidator(
  folder: string,
  { master, ownerSeed, registration }: Draft,
  rpcPort: number,
  { password, log = { level: 'info' }, entropy }: LocalNetworkOptions,
): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  const secret = password ?? generatePassword(entropy);
  if (password === undefined) await writeSecretFile(join(folder, 'password'), `${secret}\n`);
  await writeSecretFile(
    join(folder, 'key.json'),
    await encryptMaster(master, secret, entropy, labelFor('validator', master)),
  );
  await writeSecretFile(
    join(folder, 'owner.json'),
    await encryptMaster(ownerSeed, secret, entropy, labelFor('owner', ownerSeed)),
  );
  const config: Config = {
    version: 1,
    genesis: '../genesis.json',
    key: 'key.json',
    ...(password === undefined && { passwordFile: 'password' }),
    data: 'data',
    listen: [...registration.addresses],
    rpc: { host: '127.0.0.1', port: rpcPort },
    log,
  };
  await writeFile(join(folder, 'config.json'), encodeConfig(config));
}
