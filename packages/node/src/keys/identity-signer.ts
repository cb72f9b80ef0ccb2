import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { deriveKey } from '@ios/crypto/keys';

/** Signs with a validator's identity key. */
export interface IdentitySigner {
  /** Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** An Ed25519 signature (RFC 8032), 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/** What stands before a seed in PKCS #8 (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The identity key of a validator as a capability: signatures are made by Node's own cryptography, and the secret is
 * not in what is returned. Throws `CryptoError` for a master secret shorter than 32 bytes or a chain name that is not 32.
 */
export function createIdentitySigner(master: Uint8Array, chainName: Uint8Array, keyEpoch = 0): IdentitySigner {
  const seed = deriveKey(master, 'identity', chainName, keyEpoch);
  const der = Buffer.concat([PKCS8_PREFIX, seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  seed.fill(0);
  der.fill(0);
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return {
    publicKey: new Uint8Array(Buffer.from(x!, 'base64url')),
    sign: (message) => new Uint8Array(sign(null, message, key)),
  };
}
