/**
 * Secrets under a password: scrypt and XChaCha20-Poly1305, a text for a file or a browser's storage.
 * @module
 */
export { ClientError, type ClientErrorCode } from './error.ts';
export {
  decryptKey,
  encryptKey,
  type KeyFileOptions,
  type KeyLabel,
  labelOf,
  SECRET_LENGTH,
} from './keystore/key-file.ts';
export { passwordBytes } from './keystore/password.ts';
export { nobleScrypt, type Scrypt, type ScryptCost } from './keystore/scrypt.ts';
