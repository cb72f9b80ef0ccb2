import { createPublicKey, verify } from 'node:crypto';
import type { SignedMessage } from '@ios/crypto/ed25519';
import { knownBad, knownNative } from './known-answers.ts';

/**
 * Whether OpenSSL accepts a signature. It checks what ref10 does: S < ℓ, A decoded as permissively as ZIP215 does, and
 * the bytes of [S]B - [k]A equal to R. Equality of bytes implies the equation, with or without the cofactor, so whatever
 * it accepts ZIP215 accepts too. What it refuses may still be valid, and is not decided here.
 */
export const acceptsNatively = ({ publicKey, message, signature }: SignedMessage): boolean => {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  try {
    // From a JWK a key is read in a tenth of the time that a verification takes, from SPKI in most of it.
    const x = Buffer.from(publicKey.buffer, publicKey.byteOffset, 32).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
};

/** Whether a ref10-style verifier gives the known answers. */
export const givesKnownAnswers = (accepts: (claim: SignedMessage) => boolean): boolean =>
  knownNative.every(accepts) && !knownBad.some(accepts);

let trustworthy: boolean | undefined;

/** Whether OpenSSL gives them on this machine; asked once in a thread. */
export const isNativeTrustworthy = (): boolean => {
  trustworthy ??= givesKnownAnswers(acceptsNatively);
  return trustworthy;
};
