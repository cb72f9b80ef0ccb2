import { numberToBytesBE } from '@noble/curves/utils.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { edwards25519, ORDER } from '../src/edwards25519.ts';
import { encodeScalar, ristretto255 } from '../src/group.ts';
import { deriveKey, KEY_KINDS, publicKey, secretScalar } from '../src/keys.ts';
import { PROOF_LENGTH, provePossession, type Registration, verifyPossession } from '../src/possession.ts';
import { TORSION } from '../src/testing.ts';
import { hashToScalar } from '../src/transcript.ts';

const master = new Uint8Array(32).fill(4);
const chainName = new Uint8Array(32).fill(5);
const identity = publicKey('identity', deriveKey(master, 'identity', chainName, 0));
const stranger = publicKey('identity', deriveKey(master, 'identity', chainName, 9));
const refused = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

for (const kind of KEY_KINDS) {
  describe(`a key of kind ${kind}`, () => {
    const registration: Registration = { kind, chainName, identity, keyEpoch: 0 };
    const secret = deriveKey(master, kind, chainName, 0);
    const key = publicKey(kind, secret);
    const proof = provePossession(registration, secret);

    test('an honest proof holds', () => {
      expect(proof.length).toBe(PROOF_LENGTH);
      expect(verifyPossession(registration, key, proof)).toBe(true);
    });
    test('it is bound to kind, chain, identity and epoch', () => {
      for (const other of KEY_KINDS) {
        expect(verifyPossession({ ...registration, kind: other }, key, proof)).toBe(other === kind);
      }
      expect(verifyPossession({ ...registration, chainName: new Uint8Array(32) }, key, proof)).toBe(false);
      expect(verifyPossession({ ...registration, identity: stranger }, key, proof)).toBe(false);
      expect(verifyPossession({ ...registration, keyEpoch: 1 }, key, proof)).toBe(false);
    });
    test('it is bound to the key', () => {
      const other = publicKey(kind, deriveKey(master, kind, chainName, 1));
      expect(
        verifyPossession({ ...registration, identity: kind === 'identity' ? other : identity }, other, proof),
      ).toBe(false);
      const wrong = provePossession(registration, deriveKey(master, kind, chainName, 1));
      expect(verifyPossession(registration, key, wrong)).toBe(false);
    });
    test('every flipped byte of it is seen', () => {
      for (let i = 0; i < PROOF_LENGTH; i++) {
        const bad = proof.map((byte, at) => (at === i ? byte ^ 0x10 : byte));
        expect(verifyPossession(registration, key, bad)).toBe(false);
      }
    });
    test('a response that is not reduced is refused', () => {
      const s = BigInt(`0x${Buffer.from(proof.slice(32)).reverse().toString('hex')}`);
      const bad = concatBytes(proof.slice(0, 32), encodeScalar(1n << 256n, s + ORDER));
      expect(verifyPossession(registration, key, bad)).toBe(false);
    });
    test('wrong lengths are false, never an exception', () => {
      for (const length of [0, 31, 33, 63, 65]) {
        const bytes = new Uint8Array(length);
        expect(verifyPossession(registration, key, bytes)).toBe(false);
        expect(verifyPossession(registration, bytes, proof)).toBe(false);
        const short = { ...registration, identity: bytes };
        expect(verifyPossession(short, key, proof)).toBe(false);
        // Not even with a proof that binds just these bytes.
        const R = (kind === 'share' ? ristretto255.base : edwards25519.base).multiply(9n).toBytes();
        expect(verifyPossession(short, key, respond(short, key, R, 9n, secretScalar(kind, secret)))).toBe(false);
      }
    });
    test('a key that is the identity element has no proof', () => {
      const none = kind === 'share' ? ristretto255.identity.toBytes() : edwards25519.identity.toBytes();
      const own = { ...registration, identity: kind === 'identity' ? none : identity };
      // With x = 0 any R = s·B would do.
      const w = 77n;
      const R = (kind === 'share' ? ristretto255.base : edwards25519.base).multiply(w).toBytes();
      expect(verifyPossession(own, none, concatBytes(R, encodeScalar(ORDER, w)))).toBe(false);
    });
    test('a nonce of zero, which gives the secret away, is refused', () => {
      const none = kind === 'share' ? ristretto255.identity.toBytes() : edwards25519.identity.toBytes();
      const forged = respond(registration, key, none, 0n, secretScalar(kind, secret));
      expect(verifyPossession(registration, key, forged)).toBe(false);
    });
    test('without randomness the nonce still differs from registration to registration', () => {
      const none = (length: number): Uint8Array => new Uint8Array(length);
      const first = provePossession(registration, secret, none);
      expect(provePossession(registration, secret, none)).toEqual(first);
      const second = provePossession({ ...registration, keyEpoch: 1 }, secret, none);
      expect(second.slice(0, 32)).not.toEqual(first.slice(0, 32));
      expect(proof.slice(0, 32)).not.toEqual(first.slice(0, 32));
    });
    test('a malformed registration is refused', () => {
      const short = { ...registration, chainName: new Uint8Array(31) };
      const late = { ...registration, keyEpoch: 2 ** 32 };
      expect(() => provePossession(short, secret)).toThrow(refused('bad-length'));
      expect(() => verifyPossession(short, key, proof)).toThrow(refused('bad-length'));
      expect(() => provePossession(late, secret)).toThrow(refused('out-of-range'));
      expect(() => verifyPossession(late, key, proof)).toThrow(refused('out-of-range'));
      expect(() => provePossession({ ...registration, identity: short.chainName }, secret)).toThrow(
        refused('bad-length'),
      );
    });
  });
}

/** The proof with a nonce of one's choice, by the definition. */
const respond = (own: Registration, key: Uint8Array, R: Uint8Array, w: bigint, x: bigint): Uint8Array => {
  const parts = [utf8ToBytes(own.kind), own.chainName, own.identity, key, numberToBytesBE(own.keyEpoch, 4), R];
  const c = hashToScalar(ORDER, 'ios/crypto/v1/possession', ...parts);
  return concatBytes(R, encodeScalar(ORDER, (w + c * x) % ORDER));
};

describe('the definition', () => {
  const registration: Registration = { kind: 'cosigning', chainName, identity, keyEpoch: 3 };
  const secret = deriveKey(master, 'cosigning', chainName, 3);
  const x = secretScalar('cosigning', secret);
  const w = 12345n;

  test('a proof made by hand holds', () => {
    const R = edwards25519.multiplyBase(w).toBytes();
    const key = publicKey('cosigning', secret);
    expect(verifyPossession(registration, key, respond(registration, key, R, w, x))).toBe(true);
  });
  test('torsion in key or nonce is refused: there is no cofactor here', () => {
    const honest = edwards25519.fromBytes(publicKey('cosigning', secret))!;
    for (const torsion of TORSION.slice(1)) {
      const mixedKey = honest.add(torsion).toBytes();
      // Many nonces: one in eight makes c·torsion vanish, and the order of the key must be what refuses those.
      for (let i = 0n; i < 9n; i++) {
        const R = edwards25519.multiplyBase(w + i).toBytes();
        const proof = respond(registration, mixedKey, R, w + i, x);
        expect(verifyPossession(registration, mixedKey, proof)).toBe(false);
      }
      const key = honest.toBytes();
      const R = edwards25519.multiplyBase(w).add(torsion).toBytes();
      expect(verifyPossession(registration, key, respond(registration, key, R, w, x))).toBe(false);
    }
  });
  test('an identity key is registered by itself alone', () => {
    const seed = deriveKey(master, 'identity', chainName, 0);
    const own: Registration = { kind: 'identity', chainName, identity: stranger, keyEpoch: 0 };
    const key = publicKey('identity', seed);
    expect(verifyPossession(own, key, provePossession(own, seed))).toBe(false);
  });
  test('a rogue key, computed from another, cannot be registered', () => {
    const victim = edwards25519.fromBytes(publicKey('cosigning', deriveKey(master, 'cosigning', chainName, 8)))!;
    const rogue = edwards25519.multiplyBase(x).subtract(victim).toBytes();
    const R = edwards25519.multiplyBase(w).toBytes();
    expect(verifyPossession(registration, rogue, respond(registration, rogue, R, w, x))).toBe(false);
  });
});
