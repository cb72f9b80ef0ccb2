import { bytesToHex } from '@noble/hashes/utils.js';
import type { Entropy } from '../entropy.ts';
import { NodeError } from '../errors.ts';
import { readSecretFile } from './secret-file.ts';

/** A password that nobody has to remember: 128 bits in hexadecimal digits. */
export const generatePassword = (entropy: Entropy): string => bytesToHex(entropy(16));

/**
 * The first line of a file that its owner alone may read. Throws `NodeError`: `permissions`, `key-malformed` as
 * `readSecretFile`, `password` if the line is empty or not the only one; else what the file system throws.
 */
export async function readPasswordFile(path: string): Promise<string> {
  const password = (await readSecretFile(path)).replace(/\r?\n$/, '');
  if (password === '' || /[\r\n]/.test(password)) {
    throw new NodeError('password', `${path} does not hold one line with a password.`, { path });
  }
  return password;
}

/** A terminal that can be read key by key, such as `process.stdin`. */
export interface Terminal extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

const ENTER = ['\r', '\n', '\u0004'];
const ERASE = ['\b', '\u007f'];
const INTERRUPT = '\u0003';

/**
 * Asks for a password on a terminal without showing what is typed. Throws `NodeError` (`password`) if there is no
 * terminal, if nothing is typed, or on Ctrl-C.
 */
export async function askPassword(question: string, input: Terminal, output: NodeJS.WritableStream): Promise<string> {
  if (!input.isTTY || input.setRawMode === undefined) {
    throw new NodeError('password', 'There is no terminal to ask for the password. Name a file with --password-file.');
  }
  output.write(question);
  input.setRawMode(true);
  input.setEncoding('utf8');
  try {
    const password = await typed(input);
    if (password === '') throw new NodeError('password', 'No password was typed.');
    return password;
  } finally {
    input.setRawMode(false);
    input.pause();
    output.write('\n');
  }
}

function typed(input: Terminal): Promise<string> {
  return new Promise((resolve, reject) => {
    let password = '';
    const finish = (settle: () => void): void => {
      input.off('data', onData);
      input.off('end', onEnd);
      settle();
    };
    const onEnd = (): void => finish(() => resolve(password));
    const onData = (keys: string): void => {
      for (const key of keys) {
        if (key === INTERRUPT) return finish(() => reject(new NodeError('password', 'No password was typed.')));
        if (ENTER.includes(key)) return finish(() => resolve(password));
        password = ERASE.includes(key) ? Array.from(password).slice(0, -1).join('') : password + key;
      }
    };
    input.on('data', onData);
    input.on('end', onEnd);
    input.resume();
  });
}
