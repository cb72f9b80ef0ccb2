import { resolve } from 'node:path';
import { ClientError } from '@ios/client';
import { decodeAddress, LedgerError } from '@ios/ledger';
import { NodeError } from '../errors.ts';
import { isKeyName, keyPath, openKey, readLabel } from '../keys/keys-folder.ts';
import { missing } from './files.ts';
import { findPassword, type PasswordOptions } from './password.ts';

/** The file of a key that the user named, absolute: by its name in the folder of keys, or by the path of its file. */
export const keyFileOf = (reference: string, folder: string): string =>
  resolve(isKeyName(reference) ? keyPath(folder, reference) : reference);

/** The secret of a key that the user named, 32 bytes. Throws as `openKey`, `missing` where there is no such key. */
export const openNamedKey = (reference: string, folder: string, options: PasswordOptions): Promise<Uint8Array> =>
  openKeyWith(reference, folder, () => findPassword(reference, options));

/** The same with a password that is asked for once it is known that there is such a key. */
export async function openKeyWith(
  reference: string,
  folder: string,
  password: () => Promise<string>,
): Promise<Uint8Array> {
  const file = keyFileOf(reference, folder);
  await assertKey(file);
  return openKey(file, await password());
}

/**
 * An owner that the user named: an address, a key in the folder of keys, or the path of a key file; 32 bytes. Throws
 * `NodeError`: `missing`, `address` for a damaged address, `key-malformed` for a key that is not an owner's.
 */
export async function ownerOf(reference: string, folder: string): Promise<Uint8Array> {
  if (/^ios1/i.test(reference)) return addressOf(reference);
  const file = keyFileOf(reference, folder);
  const label = await readLabel(file).catch((error: unknown) => {
    throw missing(error, file, 'key', 'Name an address (ios1…) or a key: ios keys list shows those that there are.');
  });
  if (label.kind === 'owner') return label.owner;
  throw new NodeError('key-malformed', `${file} is the key of a node, which owns nothing. Name an owner key.`);
}

function addressOf(text: string): Uint8Array {
  try {
    return decodeAddress(text);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    throw new NodeError('address', `${text} is no address: ${error.message}. Copy it again.`, {}, error);
  }
}

async function assertKey(file: string): Promise<void> {
  await readLabel(file).catch((error: unknown) => {
    if ((error instanceof NodeError || error instanceof ClientError) && error.code === 'key-malformed') return;
    throw missing(error, file, 'key', 'ios keys list shows those that there are.');
  });
}
