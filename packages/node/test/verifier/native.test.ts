import { type SignedMessage, verify } from '@ios/crypto/ed25519';
import { signWithTorsion, TORSION } from '@ios/crypto/testing';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { knownBad, knownNative } from '../../src/verifier/known-answers.ts';
import { acceptsNatively, givesKnownAnswers, isNativeTrustworthy } from '../../src/verifier/native.ts';

const zip215 = ({ signature, message, publicKey }: SignedMessage): boolean => verify(signature, message, publicKey);

test('this machine gives the known answers', () => {
  expect(isNativeTrustworthy()).toBe(true);
});

test('a verifier that errs on one known answer is not trusted', () => {
  for (const wrong of [...knownNative, ...knownBad])
    expect(givesKnownAnswers((claim) => acceptsNatively(claim) !== (claim === wrong))).toBe(false);
});

test('what is accepted fast holds under ZIP215, torsion or not', () => {
  const seed = new Uint8Array(32).fill(9);
  let accepted = 0;
  let valid = 0;
  for (const [i, inKey] of TORSION.entries()) {
    for (const [j, inNonce] of TORSION.entries()) {
      const claim = signWithTorsion(Uint8Array.of(i, j), seed, inKey, inNonce);
      if (zip215(claim)) valid += 1;
      if (!acceptsNatively(claim)) continue;
      accepted += 1;
      expect(zip215(claim), `torsion ${i} in the key, ${j} in the nonce`).toBe(true);
    }
  }
  expect(valid).toBe(64);
  // The two rules do differ: else nothing was shown.
  expect(accepted).toBeGreaterThan(0);
  expect(accepted).toBeLessThan(64);
});

test('what is accepted fast holds under ZIP215, whatever the encodings', () => {
  // Keys and nonces of small order, canonical and not: the points 0, 1, p - 1, p, p + 1 with both signs, and orders 8.
  const encodings = ['00', '01', 'ec', 'ed', 'ee'].flatMap((low) => {
    const ones = low.startsWith('e') ? 'ff' : '00';
    return ['7f', 'ff'].map(
      (high) => low + ones.repeat(30) + (low.startsWith('e') ? high : high === 'ff' ? '80' : '00'),
    );
  });
  encodings.push(...TORSION.map((point) => bytesToHex(point.toBytes())));
  let valid = 0;
  for (const key of encodings) {
    for (const nonce of encodings) {
      const claim = {
        publicKey: hexToBytes(key),
        message: Uint8Array.of(1),
        signature: hexToBytes(nonce + '00'.repeat(32)),
      };
      const holds = zip215(claim);
      if (holds) valid += 1;
      // OpenSSL 3.0 accepts some of these, 3.5 none: neither may accept what ZIP215 refuses.
      if (acceptsNatively(claim)) expect(holds, `${key} ${nonce}`).toBe(true);
    }
  }
  expect(valid).toBeGreaterThan(0);
});
