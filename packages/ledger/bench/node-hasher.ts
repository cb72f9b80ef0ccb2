import { hash } from 'node:crypto';
import { createHasher, type Hasher } from '@ios/crypto/merkle';

/** A hasher as a node passes it to the ledger: SHA-256 by Node, the digest taken as a string of 32 characters. */
export const nodeHasher: Hasher = createHasher((bytes) => {
  const characters = hash('sha256', bytes, 'binary');
  const digest = new Uint8Array(32);
  for (let i = 0; i < 32; i++) digest[i] = characters.charCodeAt(i);
  return digest;
});
