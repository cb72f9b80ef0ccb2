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
    const { prefix, words } = bech32m.decode(address as `${string}1${string}`);
    const owner = new Uint8Array(bech32m.fromWords(words));
    if (prefix === PREFIX && owner.length === 32 && encodeAddress(owner) === address) return owner;
  } catch (cause) {
    throw new LedgerError('bad-address', 'not bech32m', {}, cause);
  }
  throw new LedgerError('bad-address', 'not a lower-case address with prefix ios and 32 bytes');
}
