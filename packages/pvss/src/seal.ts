import type { Rng } from '@ios/crypto/group';
import { taggedHash, xof } from '@ios/crypto/transcript';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { randomBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { u32 } from './codec.ts';
import { assertLength } from './errors.ts';
import type { DealingContext, PvssScheme } from './scheme.ts';

/** Bytes under a key that a dealing shares. */
export interface Sealed {
  /** The dealing, as `deal` makes it. */
  readonly dealing: Uint8Array;
  /** 16 bytes longer than what is in it. */
  readonly sealed: Uint8Array;
}

/**
 * Seals bytes under a key that any `threshold` of the shares of a new dealing give. Verifying the dealing shows that the
 * key can be recovered, not what is sealed.
 *
 * 1. Deal a secret, drawn from 32 random bytes and the plaintext. 2. key = H(tag ‖ scheme ‖ group ‖ context ‖ dealing ‖ secret).
 * 3. ChaCha20-Poly1305 under that key, with a nonce of zeros: a key seals once, since another plaintext is another secret,
 *    even from a source of randomness that repeats itself.
 * @param plaintext - of any length
 * @param rng - source of 32 bytes; WebCrypto by default
 * @throws PvssError as `deal` does
 */
export const seal = (
  scheme: PvssScheme,
  context: DealingContext,
  plaintext: Uint8Array,
  rng: Rng = randomBytes,
): Sealed => {
  const fresh = rng(32);
  assertLength(fresh, 32, 'random bytes');
  const stream = xof('ios/pvss/v1/seal-randomness', fresh, plaintext);
  const { dealing, secret } = scheme.dealSecret(context, (length) => stream.read(length));
  return { dealing, sealed: cipher(scheme, context, dealing, secret).encrypt(plaintext) };
};

/**
 * What was sealed; undefined if it was not sealed with this dealing in this context.
 * @param secret - as `recover` gives it
 * @param sealed - of any length
 * @throws PvssError `bad-length` for a secret of another length
 */
export const open = (
  scheme: PvssScheme,
  context: DealingContext,
  dealing: Uint8Array,
  secret: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined => {
  assertLength(secret, scheme.group.elementLength, 'secret');
  const box = cipher(scheme, context, dealing, secret);
  try {
    return box.decrypt(sealed);
  } catch {
    return undefined;
  }
};

const cipher = (scheme: PvssScheme, context: DealingContext, dealing: Uint8Array, secret: Uint8Array) => {
  const { session, dealer, threshold, publicKeys } = context;
  const names = [utf8ToBytes(scheme.name), utf8ToBytes(scheme.group.name)];
  const sizes = [u32(threshold), u32(publicKeys.length)];
  const bound = [...names, session, dealer, ...sizes, ...publicKeys, dealing];
  return chacha20poly1305(taggedHash('ios/pvss/v1/seal-key', ...bound, secret), new Uint8Array(12));
};
