import { hash } from 'node:crypto';
import { createHasher, type Hasher } from '@ios/crypto/merkle';

/**
 * SHA-256 by Node's own cryptography, several times as fast as JavaScript. The digest is taken as a string of 32
 * characters, which costs a third of what asking for bytes does.
 */
export const nodeHasher: Hasher = createHasher((bytes) => {
  const characters = hash('sha256', bytes, 'binary');
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = characters.charCodeAt(i);
  return digest;
});
