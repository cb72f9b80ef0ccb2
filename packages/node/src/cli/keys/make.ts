import type { Command } from 'commander';
import { systemEntropy } from '../../entropy.ts';
import { NodeError } from '../../errors.ts';
import { MASTER_LENGTH } from '../../keys/key-file.ts';
import { addKey, type KeyKind, keyPath, openKey, type StoredKey } from '../../keys/keys-folder.ts';
import { askPassword } from '../../keys/password.ts';
import { readSecretFile } from '../../keys/secret-file.ts';
import { exists, missing } from '../files.ts';
import { chooseNewPassword, findPassword, type PasswordOptions } from '../password.ts';
import { print } from '../print.ts';
import { drawSecretIn, locationOf } from './colocate.ts';
import type { KeysOptions } from './command.ts';
import { describeKey, keyRecord } from './show.ts';

interface KeepOptions extends KeysOptions, PasswordOptions {
  readonly kind: KeyKind;
}

interface NewOptions extends KeepOptions {
  readonly colocate?: string;
  readonly genesis?: string;
}

/** `ios keys new`. */
export async function newKey(name: string, options: NewOptions, command: Command): Promise<void> {
  const { keys, kind, colocate, genesis } = options;
  if (colocate !== undefined && (kind !== 'owner' || genesis === undefined)) {
    command.error('error: --colocate is for owner keys, and needs --genesis to know the shards of the network');
  }
  await assertFree(keys, name);
  const location = colocate === undefined ? undefined : await locationOf(colocate, genesis!, keys);
  const password = await chooseNewPassword(name, options);
  const secret = location === undefined ? systemEntropy(MASTER_LENGTH) : drawSecretIn(location, systemEntropy);
  report('made', await keep(name, options, secret, password), options.json);
}

interface ImportOptions extends KeepOptions {
  readonly seedFile?: string;
  readonly keyFile?: string;
}

/** `ios keys import`. */
export async function importKey(name: string, options: ImportOptions, command: Command): Promise<void> {
  const { keys, seedFile, keyFile, json } = options;
  if (seedFile !== undefined && keyFile !== undefined) {
    command.error('error: --seed-file and --key-file are two sources; name one');
  }
  await assertFree(keys, name);
  if (keyFile !== undefined) {
    const password = await findPassword(keyFile, options);
    const secret = await openKey(keyFile, password).catch((error: unknown) => {
      throw missing(error, keyFile, 'key file', 'Check the path.');
    });
    return report('imported', await keep(name, options, secret, password), json);
  }
  const secret = seedFile === undefined ? await askSeed() : await readSeed(seedFile);
  report('imported', await keep(name, options, secret, await chooseNewPassword(name, options)), json);
}

async function keep(
  name: string,
  { keys, kind }: KeepOptions,
  secret: Uint8Array,
  password: string,
): Promise<StoredKey> {
  try {
    return await addKey(keys, { name, kind, secret, password }, systemEntropy);
  } finally {
    secret.fill(0);
  }
}

/** Before anybody is asked for a password in vain. */
async function assertFree(folder: string, name: string): Promise<void> {
  const path = keyPath(folder, name);
  if (!(await exists(path))) return;
  throw new NodeError('exists', `There is a key called ${name} at ${path}. Choose another name.`, { path });
}

async function readSeed(path: string): Promise<Uint8Array> {
  const text = await readSecretFile(path).catch((error: unknown) => {
    throw missing(error, path, 'seed file', 'Check the path.');
  });
  return seedOf(text.trim(), path);
}

const askSeed = async (): Promise<Uint8Array> =>
  seedOf(
    await askPassword('The 64 hexadecimal digits of the key: ', process.stdin, process.stderr, '--seed-file'),
    'What was typed',
  );

function seedOf(text: string, where: string): Uint8Array {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return new Uint8Array(Buffer.from(text, 'hex'));
  throw new NodeError('key-malformed', `${where} is no key: 64 hexadecimal digits are wanted.`);
}

function report(what: string, key: StoredKey, json: boolean): void {
  const text = `The key ${key.name} was ${what}.\n${describeKey(key)}
Nobody can restore it or its password: keep a copy of both, apart from each other (ios keys export ${key.name} -o FILE).
`;
  print(json, keyRecord(key), text);
}
