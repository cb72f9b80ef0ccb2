import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ClientError } from '@ios/client';
import { getPublicKey } from '@ios/crypto/ed25519';
import type { Entropy } from '../entropy.ts';
import { NodeError } from '../errors.ts';
import { decryptMasterOf, encryptMaster, type KeyLabel, labelOf } from './key-file.ts';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

/**
 * What a key is for: an `owner` key holds coins, a `validator` key is the master secret of a validator's four keys, an
 * `observer` key that of a node which decides nothing.
 */
export type KeyKind = KeyLabel['kind'];

/** A key in a folder, as it is legible without its password. */
export interface StoredKey {
  readonly name: string;
  /** Path of the key file. */
  readonly file: string;
  readonly label: KeyLabel;
}

/** A key file that could not be taken for a key, and why. */
export interface DamagedKey {
  readonly name: string;
  readonly file: string;
  readonly problem: string;
}

const EXTENSION = '.json';

/** Whether a text may name a key: 1..64 letters, digits, `_` and `-`, a letter or digit first. */
export const isKeyName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text);

/** The file of a key in a folder of keys. */
export const keyPath = (folder: string, name: string): string => join(folder, `${name}${EXTENSION}`);

/** The label of a secret of 32 bytes: for an owner key with its public half. */
export const labelFor = (kind: KeyKind, secret: Uint8Array): KeyLabel =>
  kind === 'owner' ? { kind, owner: getPublicKey(secret) } : { kind };

/**
 * Puts a secret (32 bytes) under a password into a folder of keys, which is made (mode 0700) if it is not there. Throws
 * `NodeError`: `exists` if there is a key of that name, else as `encryptMaster`; or what the file system throws.
 */
export async function addKey(
  folder: string,
  { name, kind, secret, password }: { name: string; kind: KeyKind; secret: Uint8Array; password: string },
  entropy: Entropy,
): Promise<StoredKey> {
  const label = labelFor(kind, secret);
  const text = await encryptMaster(secret, password, entropy, label);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = keyPath(folder, name);
  await writeSecretFile(file, text).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new NodeError('exists', `There is a key called ${name} at ${file}. Choose another name.`, { path: file });
  });
  return { name, file, label };
}

/**
 * The keys of a folder by name, none if the folder is not there; files with other names are passed over. Throws what the
 * file system throws.
 */
export async function listKeys(folder: string): Promise<readonly (StoredKey | DamagedKey)[]> {
  const files = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const names = files
    .filter((file) => file.endsWith(EXTENSION))
    .map((file) => file.slice(0, -EXTENSION.length))
    .filter(isKeyName)
    .sort();
  return Promise.all(names.map((name) => legible(name, keyPath(folder, name))));
}

async function legible(name: string, file: string): Promise<StoredKey | DamagedKey> {
  try {
    return { name, file, label: await readLabel(file) };
  } catch (error) {
    if (!(error instanceof NodeError || error instanceof ClientError)) throw error;
    return { name, file, problem: error.message };
  }
}

/**
 * What a key file says of its secret. Throws `NodeError`: `permissions` or `key-malformed`, also for a file without a
 * label; else what the file system throws.
 */
export async function readLabel(file: string): Promise<KeyLabel> {
  const label = labelOf(await readSecretFile(file));
  if (label !== undefined) return label;
  throw new NodeError('key-malformed', `${file} does not say what its key is for. Import it with ios keys import.`, {
    path: file,
  });
}

/**
 * The secret of a key file, 32 bytes. Throws `NodeError`: `permissions`, `key-malformed` (also where the secret is not
 * the one that the label speaks of), `password`; else what the file system throws.
 */
export async function openKey(file: string, password: string): Promise<Uint8Array> {
  const text = await readSecretFile(file);
  const secret = await decryptMasterOf(file, text, password);
  const label = labelOf(text);
  if (label?.kind === 'owner' && Buffer.compare(getPublicKey(secret), label.owner) !== 0) {
    throw new NodeError('key-malformed', `${file} says that it holds another key than it does.`, { path: file });
  }
  return secret;
}
