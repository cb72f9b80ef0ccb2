import { ed25519 } from '@noble/curves/ed25519.js';

/**
 * Whether a signature holds under ZIP215. Never throws: bytes of a wrong length are a wrong signature.
 * @param signature - R ‖ S, 64 bytes
 * @param message - any length
 * @param publicKey - 32 bytes; any encoding that ZIP215 decodes (which keys may enter a ledger is another question, see
 *   `isValidKey` of `@ios/crypto/edwards25519`)
 */
export const verify = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean =>
  signature.length === 64 && publicKey.length === 32 && ed25519.verify(signature, message, publicKey, { zip215: true });
