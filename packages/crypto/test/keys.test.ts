import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { getPublicKey } from '../src/ed25519.ts';
import { isPrimeOrderKey, ORDER } from '../src/edwards25519.ts';
import { encodeScalar } from '../src/group.ts';
import { deriveKey, KEY_KINDS, type KeyKind, publicKey, secretScalar } from '../src/keys.ts';
import vectors from './vectors/keys.json' with { type: 'json' };

const master = new Uint8Array(32).fill(1);
const chainName = new Uint8Array(32).fill(2);
const refused = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

test('vectors', () => {
  expect(vectors.cases.length).toBe(16);
  for (const { kind, ...own } of vectors.cases) {
    const secret = deriveKey(hexToBytes(own.master), kind as KeyKind, hexToBytes(own.chainName), own.keyEpoch);
    expect(bytesToHex(secret)).toBe(own.secret);
    expect(bytesToHex(publicKey(kind as KeyKind, secret))).toBe(own.publicKey);
  }
});

test('every key differs by kind, chain, epoch and master', () => {
  const other = new Uint8Array(32).fill(3);
  const secrets = KEY_KINDS.flatMap((kind) => [
    deriveKey(master, kind, chainName, 0),
    deriveKey(master, kind, chainName, 1),
    deriveKey(master, kind, other, 0),
    deriveKey(other, kind, chainName, 0),
  ]);
  expect(new Set(secrets.map((secret) => bytesToHex(secret))).size).toBe(16);
});

test('identity keys are Ed25519 keys, and all but share keys have prime order on edwards25519', () => {
  for (const kind of KEY_KINDS) {
    const secret = deriveKey(master, kind, chainName, 7);
    const key = publicKey(kind, secret);
    if (kind === 'identity' || kind === 'vrf') expect(key).toEqual(getPublicKey(secret));
    if (kind !== 'share') expect(isPrimeOrderKey(key)).toBe(true);
    expect(secretScalar(kind, secret)).toBeLessThan(ORDER);
  }
});

describe('refused', () => {
  test('lengths and epochs out of range', () => {
    expect(() => deriveKey(new Uint8Array(31), 'vrf', chainName, 0)).toThrow(refused('bad-length'));
    for (const length of [0, 31, 33]) {
      expect(() => deriveKey(master, 'vrf', new Uint8Array(length), 0)).toThrow(refused('bad-length'));
      for (const kind of KEY_KINDS) {
        expect(() => publicKey(kind, new Uint8Array(length))).toThrow(refused('bad-length'));
      }
    }
    for (const epoch of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => deriveKey(master, 'vrf', chainName, epoch)).toThrow(refused('out-of-range'));
    }
  });
  test('scalars that are zero or not reduced', () => {
    for (const kind of ['cosigning', 'share'] as const) {
      expect(() => secretScalar(kind, new Uint8Array(32))).toThrow(refused('zero-scalar'));
      expect(() => publicKey(kind, new Uint8Array(32))).toThrow(refused('zero-scalar'));
      expect(() => secretScalar(kind, encodeScalar(ORDER + 1n, ORDER))).toThrow(refused('out-of-range'));
      expect(secretScalar(kind, encodeScalar(ORDER, 1n))).toBe(1n);
    }
    expect(secretScalar('identity', new Uint8Array(32))).toBeGreaterThan(0n);
  });
});
