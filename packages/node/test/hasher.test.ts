import { hasherSuite } from '@ios/crypto/testing';
import { createCurve25519 } from '@ios/curve25519-wasm';
import { describe, expect, test } from 'vitest';
import { fastestHasher, nodeHasher } from '../src/hasher.ts';

describe("Node's own", () => hasherSuite(test, nodeHasher));
describe('the faster one', () => hasherSuite(test, fastestHasher(createCurve25519().hasher)));

test('a digest owns its memory: 32 bytes, and no slice of a pool', () => {
  const digest = nodeHasher.sha256(Uint8Array.of(1));
  expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype);
  expect([digest.byteOffset, digest.buffer.byteLength]).toEqual([0, 32]);
});

test('trees of short leaves are the other hasher’s, all else is Node’s', () => {
  const asked: number[] = [];
  const hasher = fastestHasher({
    sha256: () => {
      throw new Error('single hashes are Node’s');
    },
    merkleRoot: (leaves) => {
      asked.push(leaves.length);
      return nodeHasher.merkleRoot(leaves);
    },
  });
  hasher.sha256(new Uint8Array(3));
  const leaf = (length: number): Uint8Array => new Uint8Array(length);
  for (const leaves of [[], [leaf(1024)], [leaf(1025)], [leaf(1), leaf(2047)], [leaf(1), leaf(2048)]])
    expect(hasher.merkleRoot(leaves)).toEqual(nodeHasher.merkleRoot(leaves));
  expect(asked).toEqual([0, 1, 2]);
});
