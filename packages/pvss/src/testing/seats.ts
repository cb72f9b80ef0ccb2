import type { Rng } from '@ios/crypto/group';
import { taggedHash, xof } from '@ios/crypto/transcript';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { DealingContext, PvssScheme } from '../scheme.ts';

/** A source of bytes that is the same each time: never for secrets. */
export const repeatable = (seed: string): Rng => {
  const stream = xof('ios/pvss/v1/repeatable', utf8ToBytes(seed));
  return (length) => stream.read(length);
};

/** A context, and the secrets of its share keys. */
export interface Seats {
  readonly context: DealingContext;
  readonly secretKeys: readonly bigint[];
}

/** n different share keys that come from a seed, in a context. */
export const seats = (scheme: PvssScheme, n: number, threshold: number, seed = 'seats'): Seats => {
  const rng = repeatable(`${seed}-${n}`);
  const keys = new Map<string, { secretKey: bigint; publicKey: Uint8Array }>();
  while (keys.size < n) {
    const secretKey = scheme.generateKey(rng);
    const publicKey = scheme.publicKey(secretKey);
    keys.set(bytesToHex(publicKey), { secretKey, publicKey });
  }
  const session = taggedHash('ios/pvss/v1/test-session', utf8ToBytes(seed));
  const dealer = taggedHash('ios/pvss/v1/test-dealer', utf8ToBytes(seed));
  const publicKeys = [...keys.values()].map(({ publicKey }) => publicKey);
  return {
    context: { session, dealer, threshold, publicKeys },
    secretKeys: [...keys.values()].map(({ secretKey }) => secretKey),
  };
};
