import { expect, test } from 'vitest';
import { ORDER } from '../src/edwards25519.ts';
import { randomScalar } from '../src/group.ts';
import { hedgedNonce } from '../src/nonce.ts';

const TAG = 'ios/crypto/v1/nonce-test';
const fill = (byte: number) => (length: number) => new Uint8Array(length).fill(byte);
const statement = Uint8Array.of(1, 2, 3);

test('secret, randomness, statement and tag all enter a nonce', () => {
  const nonces = [
    hedgedNonce(ORDER, TAG, 5n, fill(0), statement),
    hedgedNonce(ORDER, TAG, 6n, fill(0), statement),
    hedgedNonce(ORDER, TAG, 5n, fill(1), statement),
    hedgedNonce(ORDER, TAG, 5n, fill(0), Uint8Array.of(1, 2, 4)),
    hedgedNonce(ORDER, TAG, 5n, fill(0), statement.slice(0, 1), statement.slice(1)),
    hedgedNonce(ORDER, `${TAG}-other`, 5n, fill(0), statement),
  ];
  expect(new Set(nonces).size).toBe(nonces.length);
  expect(hedgedNonce(ORDER, TAG, 5n, fill(0), statement)).toBe(nonces[0]);
});

test('a nonce is never zero, whatever the order', () => {
  for (let i = 0; i < 100; i++) {
    expect(hedgedNonce(2n, TAG, 1n, fill(i), statement)).toBe(1n);
    expect(hedgedNonce(23n, TAG, 1n, fill(i), statement)).toBeGreaterThan(0n);
  }
});

test('a source that gives another number of bytes than asked is refused', () => {
  for (const length of [0, 31, 33]) {
    const rng = () => new Uint8Array(length);
    const refused = expect.objectContaining({ name: 'CryptoError', code: 'bad-length' });
    expect(() => hedgedNonce(ORDER, TAG, 5n, rng, statement)).toThrow(refused);
    expect(() => randomScalar(ORDER, rng)).toThrow(refused);
  }
});
