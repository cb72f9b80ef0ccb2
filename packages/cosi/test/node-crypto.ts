import { createPublicKey, verify } from 'node:crypto';
import type { SignedMessage } from '@ios/crypto/ed25519';

/** Whether node's own verification, OpenSSL's after ref10, accepts. */
export const nodeAccepts = ({ publicKey, message, signature }: SignedMessage): boolean => {
  const x = Buffer.from(publicKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, key, signature);
};
