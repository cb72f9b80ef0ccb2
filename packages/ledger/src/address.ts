import { bech32m } from '@scure/base';
import { LedgerError } from './error.ts';

const PREFIX = 'ios';
const LENGTH = 62;
/** The prefix, the separator, and the characters of bech32. */
const FORM = /^ios1[02-9ac-hj-np-z]+$/;

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
  if (!FORM.test(address))
    throw bad('after ios1 an address has digits and lower-case letters other than 1, b, i and o');
  const decoded = bech32m.decodeUnsafe(address);
  if (decoded === undefined) throw bad('the checksum of the address does not hold');
  const owner = bech32m.fromWordsUnsafe(decoded.words);
  // Padding that is not zero, which the checksum covers.
  if (!owner) throw bad('not in the one form that an address has');
  return owner;
}

const bad = (why: string): LedgerError => new LedgerError('bad-address', why);
