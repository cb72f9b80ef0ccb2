import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { NodeError } from '../errors.ts';

/** The longest file with a secret that is read, in bytes. */
const MAX_LENGTH = 4096;

/**
 * Writes a secret to a new file that its owner alone may read and write (mode 0600), and waits until it is on disk.
 * Throws what the file system throws, `EEXIST` if the file is there: secrets are never overwritten.
 */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Reads a secret of at most 4 096 bytes. Throws `NodeError` (`permissions`) if the group or others may read or write the
 * file, `key-malformed` if it is longer or not UTF-8; else what the file system throws.
 */
export async function readSecretFile(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY);
  try {
    const { mode } = await file.stat();
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const found = (mode & 0o777).toString(8).padStart(4, '0');
      throw new NodeError(
        'permissions',
        `Others than its owner may use ${path} (mode ${found}). Run: chmod 600 ${path}`,
        { path, mode: found },
      );
    }
    const bytes = new Uint8Array(MAX_LENGTH + 1);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > MAX_LENGTH)
      throw new NodeError('key-malformed', `${path} is longer than ${MAX_LENGTH} bytes.`, { path });
    return decode(bytes.subarray(0, length), path);
  } finally {
    await file.close();
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NodeError('key-malformed', `${path} is not a text in UTF-8.`, { path }, cause);
  }
}
