import { scrypt } from 'node:crypto';
import { ClientError } from '@ios/client';
import { decryptKey, encryptKey, type KeyLabel, type Scrypt } from '@ios/client/key-file';
import type { Entropy } from '../entropy.ts';

export { type KeyLabel, labelOf, SECRET_LENGTH as MASTER_LENGTH } from '@ios/client/key-file';

/** scrypt by Node, off the main thread. */
const nativeScrypt: Scrypt = (password, salt, { n, r, p }) =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, 32, { N: n, r, p, maxmem: 256 * n * r }, (error, key) => {
      if (error) reject(error);
      else resolve(new Uint8Array(key));
    });
  });

/** A master secret, or the seed of an owner, as the text of a key file: `encryptKey` of `@ios/client`. */
export const encryptMaster = (
  master: Uint8Array,
  password: string,
  entropy: Entropy,
  label?: KeyLabel,
): Promise<string> => encryptKey(master, password, { entropy, label, scrypt: nativeScrypt });

/** The secret in a key file: `decryptKey` of `@ios/client`. */
export const decryptMaster = (text: string, password: string): Promise<Uint8Array> =>
  decryptKey(text, password, { scrypt: nativeScrypt });

/**
 * The secret in `text`, which was read from `file`. Throws `ClientError`: `key-malformed`, `password`, each with the path and
 * the remedy.
 */
export async function decryptMasterOf(file: string, text: string, password: string): Promise<Uint8Array> {
  try {
    return await decryptMaster(text, password);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const remedy =
      error.code === 'password' ? ' Try another, or name the file that holds it with --password-file.' : '';
    throw new ClientError(error.code, `${file}: ${error.message}${remedy}`, { ...error.facts, path: file }, error);
  }
}
