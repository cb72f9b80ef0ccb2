import { scryptAsync } from '@noble/hashes/scrypt.js';

/** The cost of one guess of a password (RFC 7914): `n` is a power of 2, memory is 128 · n · r bytes. */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** Derives 32 bytes from the bytes of a password and a salt. */
export type Scrypt = (password: Uint8Array, salt: Uint8Array, cost: ScryptCost) => Promise<Uint8Array>;

/** scrypt in JavaScript, in steps of some milliseconds between which a page stays alive. */
export const nobleScrypt: Scrypt = (password, salt, { n, r, p }) =>
  scryptAsync(password, salt, { N: n, r, p, dkLen: 32, maxmem: 256 * n * r });
