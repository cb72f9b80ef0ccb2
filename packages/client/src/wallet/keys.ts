import { getPublicKey, sign } from '@ios/crypto/ed25519';
import { encodeAddress } from '@ios/ledger';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { U32BE } from 'micro-packed';
import { ClientError } from '../error.ts';

/** A key that owns outputs, as a capability: its secret is not in it. */
export interface OwnerKey {
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly address: string;
  /** The Ed25519 signature (64 bytes) of a message. */
  sign(message: Uint8Array): Uint8Array;
}

/** The owner key of a seed (32 bytes, RFC 8032). Throws `ClientError` (`out-of-range`) for another length. */
export function ownerKey(seed: Uint8Array): OwnerKey {
  if (seed.length !== 32) throw new ClientError('out-of-range', `A seed has 32 bytes, not ${seed.length}.`);
  const own = Uint8Array.from(seed);
  const publicKey = getPublicKey(own);
  return { publicKey, address: encodeAddress(publicKey), sign: (message) => sign(message, own) };
}

/**
 * Owner key number `index` (u32) of a master secret (32 bytes or more of full entropy). Its seed is 32 bytes of
 * HKDF-SHA-512 (RFC 5869) without salt, with info = `ios/keys/v1/owner` ‖ u32 index, big-endian: none of the keys tells
 * anything about another. Throws `ClientError` (`out-of-range`).
 */
export function deriveOwnerKey(master: Uint8Array, index: number): OwnerKey {
  if (master.length < 32) {
    throw new ClientError('out-of-range', `A master secret has 32 bytes or more, not ${master.length}.`);
  }
  if (!Number.isInteger(index) || index < 0 || index > 0xffffffff) {
    throw new ClientError('out-of-range', `The index of a key is a whole number of 32 bits, not ${index}.`);
  }
  const info = concatBytes(utf8ToBytes('ios/keys/v1/owner'), U32BE.encode(index));
  return ownerKey(hkdf(sha512, master, undefined, info, 32));
}
