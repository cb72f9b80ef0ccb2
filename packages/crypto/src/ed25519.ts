/**
 * Ed25519 under one verification rule, ZIP215, alike for one signature and for a batch. A signature (R, S) of M under A
 * holds if S < ℓ, A and R decode (non-canonical encodings and all orders allowed), and
 *
 * `[8][S]B = [8]R + [8][k]A`, with `k = SHA-512(R ‖ A ‖ M) mod ℓ`,
 *
 * where k hashes the bytes of R and A as received. RFC 8032 leaves open whether the factor 8 is there and what decodes;
 * nodes that choose differently fork. ZIP215 leaves nothing open, and it is the rule for which batches and single
 * verifications agree on every input.
 *
 * What a ref10-style verifier accepts (OpenSSL's, hence `node:crypto`'s), ZIP215 accepts too: such a verifier demands
 * S < ℓ, decodes A as permissively, and accepts only if the canonical encoding of `[S]B - [k]A` equals the bytes of R. Then
 * R decodes to that very point and the equation holds without the factor 8, hence with it. The converse is false, so a
 * fast verifier may say yes; its no must be asked again here.
 * @module
 */
import { ed25519 } from '@noble/curves/ed25519.js';
import { assertLength } from './error.ts';

export { type BatchVerifier, nobleBatchVerifier, type SignedMessage } from './ed25519/batch.ts';
export { verify } from './ed25519/verify.ts';
export { CryptoError, type CryptoErrorCode } from './error.ts';

/**
 * The public key of a seed (RFC 8032, section 5.1.5).
 * @param seed - 32 secret bytes
 * @returns 32 bytes
 * @throws CryptoError `bad-length`
 */
export const getPublicKey = (seed: Uint8Array): Uint8Array => {
  assertLength(seed, 32, 'seed');
  return ed25519.getPublicKey(seed);
};

/**
 * The deterministic signature of a message (RFC 8032, section 5.1.6).
 * @param message - any length
 * @param seed - 32 secret bytes
 * @returns 64 bytes, R ‖ S
 * @throws CryptoError `bad-length`
 */
export const sign = (message: Uint8Array, seed: Uint8Array): Uint8Array => {
  assertLength(seed, 32, 'seed');
  return ed25519.sign(message, seed);
};
