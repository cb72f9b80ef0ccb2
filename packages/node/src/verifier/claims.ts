import type { SignedMessage } from '@ios/crypto/ed25519';

/** Of each claim: key, signature, length of the message as a big-endian u32, message. */
const KEY = 32;
const SIGNATURE = 64;
const HEAD = KEY + SIGNATURE + 4;

/** Whether key and signature have the lengths that they must have; without them a claim is invalid at no cost. */
export const isWellFormed = ({ publicKey, signature }: SignedMessage): boolean =>
  publicKey.length === KEY && signature.length === SIGNATURE;

/** Whether bytes have the length of a key; without it they are none at no cost. */
export const isKeyLength = (key: Uint8Array): boolean => key.length === KEY;

/**
 * Well-formed claims in one buffer that can be handed to another thread. Cloned as they are they would cost ten times as
 * much: with a view of a block's bytes goes the whole block.
 */
export const packClaims = (claims: readonly SignedMessage[]): Uint8Array<ArrayBuffer> => {
  const packed = new Uint8Array(claims.reduce((sum, { message }) => sum + HEAD + message.length, 0));
  const lengths = new DataView(packed.buffer);
  let at = 0;
  for (const { publicKey, message, signature } of claims) {
    packed.set(publicKey, at);
    packed.set(signature, at + KEY);
    lengths.setUint32(at + KEY + SIGNATURE, message.length);
    packed.set(message, at + HEAD);
    at += HEAD + message.length;
  }
  return packed;
};

/** The claims that were packed, as views of the buffer. */
export const unpackClaims = (packed: Uint8Array): SignedMessage[] => {
  const lengths = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const claims: SignedMessage[] = [];
  for (let at = 0; at < packed.length; ) {
    const end = at + HEAD + lengths.getUint32(at + KEY + SIGNATURE);
    claims.push({
      publicKey: packed.subarray(at, at + KEY),
      signature: packed.subarray(at + KEY, at + KEY + SIGNATURE),
      message: packed.subarray(at + HEAD, end),
    });
    at = end;
  }
  return claims;
};

/** Keys of 32 bytes in one buffer. */
export const packKeys = (keys: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const packed = new Uint8Array(keys.length * KEY);
  for (const [i, key] of keys.entries()) packed.set(key, i * KEY);
  return packed;
};

/** The keys that were packed, as views of the buffer. */
export const unpackKeys = (packed: Uint8Array): Uint8Array[] =>
  Array.from({ length: packed.length / KEY }, (_, i) => packed.subarray(i * KEY, (i + 1) * KEY));
