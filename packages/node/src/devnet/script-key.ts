import { createPrivateKey, sign } from 'node:crypto';
import { taggedHash } from '@ios/crypto/transcript';

/** The Ed25519 key that stands for a script (RFC 8032). */
export interface ScriptKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** A signature of 64 bytes over the message itself. */
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/**
 * The key of whoever can satisfy `script`: equal scripts are one owner, and networks with different `seedTag` (UTF-8)
 * have unrelated keys. The seed is a hash of public bytes, so anyone can compute it: for test networks only.
 */
export const scriptKey = (seedTag: string, script: Uint8Array): ScriptKey =>
  seedKey(taggedHash('ios/node/v1/devnet-script-key', new TextEncoder().encode(seedTag), script));

/** The key of a 32-byte Ed25519 seed, in OpenSSL: signs some 60 times as fast as JavaScript, and just the same bytes. */
export const seedKey = (seed: Uint8Array): ScriptKey => {
  // As a JWK (RFC 8037), which Node 20 reads ten times as fast as PKCS #8. Of a private key it reads `d` alone, and what
  // it exports as `x` is computed: the public key.
  const jwk = { kty: 'OKP', crv: 'Ed25519', d: Buffer.from(seed).toString('base64url'), x: '' };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = new Uint8Array(Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url'));
  return { publicKey, sign: (message) => new Uint8Array(sign(null, message, key)) };
};
