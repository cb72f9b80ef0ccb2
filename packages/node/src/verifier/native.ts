import { createPublicKey, verify } from 'node:crypto';
import { type SignedMessage, verify as verifyZip215 } from '@ios/crypto/ed25519';
import { hexToBytes } from '@noble/hashes/utils.js';

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

/** RFC 8032, section 7.1, TEST 2. */
const KEY = hexToBytes('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
const MESSAGE = hexToBytes('72');
const R = '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da';
const S = '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
/** The same S plus ℓ: the equation holds, the encoding is not the one. */
const S_PLUS_ORDER = 'f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10';

const claim = (signature: string, message = MESSAGE, publicKey = KEY): SignedMessage => ({
  publicKey,
  message,
  signature: hexToBytes(signature),
});

/** Signatures that must be accepted, and ones that must not be: a stray library must not decide for the network. */
const knownGood: readonly SignedMessage[] = [claim(R + S)];
const knownBad: readonly SignedMessage[] = [
  claim(R + S_PLUS_ORDER),
  claim(R + S, hexToBytes('73')),
  claim(S + R),
  claim(`${R.slice(0, 62)}db${S}`),
  claim(R + S, MESSAGE, hexToBytes(R)),
  claim('00'.repeat(64)),
];

/** Whether a verifier gives the known answers, and ZIP215 the same ones. */
export const givesKnownAnswers = (accepts: (claim: SignedMessage) => boolean): boolean =>
  knownGood.every((one) => accepts(one) && verifyZip215(one.signature, one.message, one.publicKey)) &&
  knownBad.every((one) => !accepts(one) && !verifyZip215(one.signature, one.message, one.publicKey));

let trustworthy: boolean | undefined;

/** Whether OpenSSL gives them on this machine; asked once in a process, since ZIP215 takes its time. */
export const isNativeTrustworthy = (): boolean => {
  trustworthy ??= givesKnownAnswers(acceptsNatively);
  return trustworthy;
};
