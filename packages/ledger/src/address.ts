import { bech32m } from '@scure/base';
import { LedgerError } from './error.ts';

const PREFIX = 'ios';
const LENGTH = 62;

/** The address of an owner key (32 bytes): bech32m (BIP-350) with prefix `ios`, 62 characters. Throws `out-of-range`. */
export function encodeAddress(owner: Uint8Array): string {
  if (owner.length !== 32) throw new LedgerError('out-of-range', `owner: ${owner.length} bytes, 32 wanted`);
  return bech32m.encode(PREFIX, bech32m.toWords(owner));
}

/**
 * The owner key (32 bytes) of an address. Only the lower-case form is an address. Whether the key is a point of the curve
 * is `checkOwners`' question. Throws `bad-address`.
 */
export function decodeAddress(address: string): Uint8Array {
  if (address.length !== LENGTH) throw bad(`an address has ${LENGTH} characters, not ${address.length}`);
  const decoded = address === address.toLowerCase() ? bech32m.decodeUnsafe(address) : undefined;
  if (decoded?.prefix !== PREFIX) throw bad('its characters or checksum are wrong');
  const owner = bech32m.fromWordsUnsafe(decoded.words);
  // Padding that is not zero, which the checksum covers.
  if (!owner) throw bad('its padding is not zero');
  return owner;
}

const bad = (why: string): LedgerError => new LedgerError('bad-address', why);
