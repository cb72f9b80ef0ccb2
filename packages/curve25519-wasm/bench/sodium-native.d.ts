/** What the bench uses of libsodium's binding. */
declare module 'sodium-native' {
  export function crypto_sign_verify_detached(
    signature: Uint8Array,
    message: Uint8Array,
    publicKey: Uint8Array,
  ): boolean;
}
