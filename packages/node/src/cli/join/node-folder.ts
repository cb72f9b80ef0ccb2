import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chainName, encodeGenesisFile, type Genesis } from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Entropy } from '../../entropy.ts';
import { createIdentitySigner } from '../../keys/identity-signer.ts';
import { encryptMaster, MASTER_LENGTH } from '../../keys/key-file.ts';
import { labelFor } from '../../keys/keys-folder.ts';
import { generatePassword } from '../../keys/password.ts';
import { writeSecretFile } from '../../keys/secret-file.ts';
import { type Config, encodeConfig } from '../config.ts';
import { makeFolder } from '../new-folder.ts';

/** What a node's folder is made of. */
export interface NodeFolderOptions {
  /** The folder to make, absolute; it is not there, or empty. */
  readonly folder: string;
  readonly genesis: Genesis;
  /** Its key file, absolute, which stays where it is, and its master secret; left out, a new key is made in the folder. */
  readonly key?: { readonly file: string; readonly master: Uint8Array };
  /** The file with that key's password, absolute; left out, it is asked for at each start. */
  readonly passwordFile?: string;
  /** Place in the committee, -1 for an observer. */
  readonly member: number;
  readonly listen: readonly string[];
  readonly rpc: Config['rpc'];
  readonly entropy: Entropy;
}

/** A node's folder that was made. */
export interface JoinedNode {
  readonly config: string;
  readonly genesis: string;
  readonly key: string;
  /** Its identity key in hexadecimal digits. */
  readonly identity: string;
  readonly member: number;
  readonly listen: readonly string[];
}

/**
 * Makes the folder of one node of a network: `genesis.json` and `config.json`, and for a new key `key.json` with its
 * password in `password`. Throws as `makeFolder`.
 */
export async function makeNodeFolder(options: NodeFolderOptions): Promise<JoinedNode> {
  const { folder, genesis, key, passwordFile, member, listen, rpc, entropy } = options;
  const master = key?.master ?? entropy(MASTER_LENGTH);
  const config: Config = {
    version: 1,
    genesis: 'genesis.json',
    key: key?.file ?? 'key.json',
    ...(key === undefined && { passwordFile: 'password' }),
    ...(passwordFile !== undefined && { passwordFile }),
    data: 'data',
    listen: [...listen],
    rpc,
    log: { level: 'info' },
  };
  await makeFolder(folder, async (workshop) => {
    await writeFile(join(workshop, 'genesis.json'), encodeGenesisFile(genesis));
    if (key === undefined) await writeNewKey(workshop, master, entropy);
    await writeFile(join(workshop, 'config.json'), encodeConfig(config));
  });
  return {
    config: join(folder, 'config.json'),
    genesis: join(folder, 'genesis.json'),
    key: key?.file ?? join(folder, 'key.json'),
    identity: bytesToHex(createIdentitySigner(master, chainName(genesis)).publicKey),
    member,
    listen,
  };
}

async function writeNewKey(folder: string, master: Uint8Array, entropy: Entropy): Promise<void> {
  const password = generatePassword(entropy);
  await writeSecretFile(join(folder, 'password'), `${password}\n`);
  const label = labelFor('observer', master);
  await writeSecretFile(join(folder, 'key.json'), await encryptMaster(master, password, entropy, label));
}
