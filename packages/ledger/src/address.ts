import { bech32m } from '@scure/base';
import { LedgerError } from './error.ts';

const PREFIX = 'ios';

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
  try {
    const owner = new Uint8Array(bech32m.fromWords(bech32m.decode(address as `${string}1${string}`).words));
    // Another prefix, another length and upper case do not come back the same.
    if (encodeAddress(owner) === address) return owner;
  } catch (cause) {
    throw new LedgerError('bad-address', 'not an address', {}, cause);
  }
  throw new LedgerError('bad-address', 'not in the one form that an address has');
}
