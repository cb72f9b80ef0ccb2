/**
 * Nonces of Schnorr proofs and signatures, hedged against a poor source of randomness.
 * @module
 */
import { numberToBytesBE } from '@noble/curves/utils.js';
import { assertLength } from './error.ts';
import { encodeScalar, type Rng } from './group/scalar.ts';
import { hashToScalar } from './transcript.ts';

export { CryptoError, type CryptoErrorCode } from './error.ts';
export type { Rng } from './group/scalar.ts';

/**
 * A hedged nonce: a hash of the secret, of 32 random bytes and of the whole statement. With good randomness it is uniform;
 * with none at all it still differs for different statements, as in deterministic signatures.
 * @param order - order of the group, at least 2
 * @param tag - purpose, as in `taggedHash` of `@ios/crypto/transcript`
 * @param secret - from 0 to `order - 1`
 * @param rng - source of randomness, asked for 32 bytes
 * @param statement - byte strings that tell apart whatever must not share a nonce
 * @returns from 1 to `order - 1`
 * @throws CryptoError `out-of-range` for a secret that is not reduced, `bad-length` if the source gives too few bytes
 */
export const hedgedNonce = (
  order: bigint,
  tag: string,
  secret: bigint,
  rng: Rng,
  ...statement: Uint8Array[]
): bigint => {
  const fresh = rng(32);
  assertLength(fresh, 32, 'random bytes');
  for (let attempt = 0; ; attempt++) {
    const parts = [encodeScalar(order, secret), fresh, numberToBytesBE(attempt, 4), ...statement];
    const nonce = hashToScalar(order, tag, ...parts);
    if (nonce !== 0n) return nonce;
  }
};
