import { taggedHash } from '@ios/crypto/transcript';
import { ed25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { scriptKey, seedKey } from '../../src/devnet/script-key.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('reproduces RFC 8032, section 7.1, test 2', () => {
  const { publicKey, sign } = seedKey(
    Buffer.from('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb', 'hex'),
  );
  expect(hex(publicKey)).toBe('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
  expect(hex(sign(Uint8Array.of(0x72)))).toBe(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  );
});

test('makes the keys and the signatures that noble makes', () => {
  for (let i = 0; i < 16; i++) {
    const script = Uint8Array.of(0x76, 0xa9, i);
    const seed = taggedHash('ios/node/v1/devnet-script-key', Buffer.from('Prüfnetz'), script);
    const { publicKey, sign } = scriptKey('Prüfnetz', script);
    const message = new Uint8Array(i).fill(i);
    expect(publicKey).toEqual(ed25519.getPublicKey(seed));
    expect(sign(message)).toEqual(ed25519.sign(message, seed));
  }
});

test('one script is one owner in a network, and unrelated owners in two', () => {
  const script = Uint8Array.of(1, 2, 3);
  expect(scriptKey('a', script).publicKey).toEqual(scriptKey('a', script.slice()).publicKey);
  expect(scriptKey('a', script).publicKey).not.toEqual(scriptKey('b', script).publicKey);
  expect(scriptKey('a', script).publicKey).not.toEqual(scriptKey('a', Uint8Array.of(1, 2, 3, 0)).publicKey);
});
