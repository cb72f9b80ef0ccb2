import { utf8ToBytes } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';

/** Control codes of Unicode: C0, Delete and C1. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;

/**
 * The bytes of a password as EIP-2335 has them: normal form NFKD, without control codes, in UTF-8. Throws `ClientError`
 * (`password`) where nothing is left.
 */
export function passwordBytes(password: string): Uint8Array {
  const plain = password.normalize('NFKD').replace(CONTROLS, '');
  if (plain === '') throw new ClientError('password', 'The password is empty.');
  return utf8ToBytes(plain);
}
