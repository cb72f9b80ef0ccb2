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

/** The longest password that comes through a pipe, in bytes. */
const MAX_PIPED = 4096;

/**
 * The one line that comes through `input`, such as a pipe to standard input. Throws `NodeError` (`password`) if it is a
 * terminal, or if what comes is empty, longer than 4 096 bytes, more than a line or not UTF-8.
 */
export async function readPipedPassword(input: Terminal): Promise<string> {
  if (input.isTTY) {
    throw new NodeError('password', 'Standard input is a terminal. Leave out --password-stdin, and you are asked.');
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_PIPED) throw new NodeError('password', `Standard input has more than ${MAX_PIPED} bytes.`);
    chunks.push(bytes);
  }
  const password = decodeUtf8(Buffer.concat(chunks)).replace(/\r?\n$/, '');
  if (password === '' || /[\r\n]/.test(password)) {
    throw new NodeError('password', 'Standard input does not hold one line with a password.');
  }
  return password;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new NodeError('password', 'The password on standard input is not UTF-8.', {}, cause);
  }
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
 * terminal, with the option that does `instead`, if nothing is typed, or on Ctrl-C.
 */
export async function askPassword(
  question: string,
  input: Terminal,
  output: NodeJS.WritableStream,
  instead = '--password-file',
): Promise<string> {
  if (!input.isTTY || input.setRawMode === undefined) {
    throw new NodeError('password', `There is no terminal to ask for the password. Name a file with ${instead}.`);
  }
  // First of all, or what is typed at once is shown.
  input.setRawMode(true);
  output.write(question);
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

/**
 * Asks for a new password twice. Throws `NodeError` (`password`) as {@link askPassword}, or if the two are not the same.
 */
export async function askNewPassword(what: string, input: Terminal, output: NodeJS.WritableStream): Promise<string> {
  const first = await askPassword(`New password of ${what}: `, input, output);
  const second = await askPassword('The same again: ', input, output);
  if (first !== second) throw new NodeError('password', 'The two passwords are not the same. Nothing was changed.');
  return first;
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
