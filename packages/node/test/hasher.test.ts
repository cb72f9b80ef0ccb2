import { hasherSuite } from '@ios/crypto/testing';
import { expect, test } from 'vitest';
import { nodeHasher } from '../src/hasher.ts';

hasherSuite(test, nodeHasher);

test('a digest owns its memory: 32 bytes, and no slice of a pool', () => {
  const digest = nodeHasher.sha256(Uint8Array.of(1));
  expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype);
  expect([digest.byteOffset, digest.buffer.byteLength]).toEqual([0, 32]);
});
