import { createPublicKey, verify } from 'node:crypto';
import type { SignedMessage } from '../src/ed25519.ts';

/** Whether node's own verification, OpenSSL's after ref10, accepts; false where it refuses the input. */
export const nodeAccepts = ({ publicKey, message, signature }: SignedMessage): boolean => {
  if (publicKey.length !== 32) return false;
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, key, signature);
};
