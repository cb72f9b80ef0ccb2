import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { hashToScalar, nonZeroWeight, taggedHash, weightStream, wideHash, xof } from '../src/transcript.ts';
import vectors from './vectors/transcript.json' with { type: 'json' };

describe('vectors', () => {
  for (const [i, { tag, parts, ...expected }] of vectors.cases.entries()) {
    test(`case ${i}`, () => {
      const bytes = parts.map(hexToBytes);
      expect(bytesToHex(taggedHash(tag, ...bytes))).toBe(expected.taggedHash);
      expect(bytesToHex(wideHash(tag, ...bytes))).toBe(expected.wideHash);
      expect(bytesToHex(xof(tag, ...bytes).read(300))).toBe(expected.xof);
      expect(hashToScalar(BigInt(vectors.order), tag, ...bytes)).toBe(BigInt(expected.scalar));
      expect(hashToScalar(23n, tag, ...bytes)).toBe(BigInt(expected.toyScalar));
    });
  }
});

test('a tag is printable ASCII, 1 to 255 characters', () => {
  for (const tag of ['', ' ', 'a b', 'a\n', 'é', '\0', '!'.repeat(256)]) {
    for (const hash of [taggedHash, wideHash, xof]) {
      expect(() => hash(tag)).toThrow(expect.objectContaining({ name: 'CryptoError', code: 'bad-tag' }));
    }
    expect(() => hashToScalar(23n, tag)).toThrow(expect.objectContaining({ code: 'bad-tag' }));
  }
});

test('the parts of a hash cannot be cut differently', () => {
  const [a, b, none] = [Uint8Array.of(1, 2), Uint8Array.of(3), new Uint8Array(0)];
  const ambiguous = Uint8Array.of(1, 2, 0, 0, 0, 1, 3);
  const lists = [
    [],
    [none],
    [none, none],
    [a, b],
    [b, a],
    [Uint8Array.of(1, 2, 3)],
    [a, b, none],
    [none, a, b],
    [ambiguous],
  ];
  for (const hash of [taggedHash, wideHash, (tag: string, ...parts: Uint8Array[]) => xof(tag, ...parts).read(32)]) {
    const hashes = lists.flatMap((parts) => ['t', 'u'].map((tag) => bytesToHex(hash(tag, ...parts))));
    expect(new Set(hashes).size).toBe(hashes.length);
  }
});

test('a stream does not depend on how it is read', () => {
  const whole = xof('t').read(1000);
  const stream = xof('t');
  const pieces = [0, 1, 135, 136, 137, 0, 7].flatMap((length) => [...stream.read(length)]);
  expect(pieces).toEqual([...whole.slice(0, pieces.length)]);
});

test('orders that 64 bytes cannot cover without bias are refused', () => {
  for (const order of [-1n, 0n, 1n, 1n << 385n]) {
    expect(() => hashToScalar(order, 't')).toThrow(expect.objectContaining({ code: 'out-of-range' }));
  }
  expect(hashToScalar(2n, 't')).toBeLessThan(2n);
  expect(hashToScalar((1n << 384n) - 1n, 't')).toBeGreaterThan(1n << 360n);
});

test('weights are never zero, not even modulo a small order', () => {
  const stream = { read: (length: number) => new Uint8Array(length) };
  expect(nonZeroWeight(stream, 1n << 252n)).toBe(1n);
  const full = { read: (length: number) => new Uint8Array(length).fill(255) };
  expect(nonZeroWeight(full, 1n << 252n)).toBe(1n);
  const seen = new Set<bigint>();
  const random = xof('t');
  for (let i = 0; i < 200; i++) seen.add(nonZeroWeight(random, 5n));
  expect([...seen].sort()).toEqual([1n, 2n, 3n, 4n]);
  for (let i = 0; i < 200; i++) expect(nonZeroWeight(random, 1n << 252n)).toBeLessThan(1n << 128n);
});

test('weights depend on the fresh bytes and on all that is combined', () => {
  const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)];
  const fresh = new Uint8Array(32);
  const other = new Uint8Array(32).fill(1);
  const streams = [
    weightStream('t', fresh, [a, b]),
    weightStream('u', fresh, [a, b]),
    weightStream('t', other, [a, b]),
    weightStream('t', fresh, [b, a]),
    weightStream('t', fresh, [a]),
    weightStream('t', fresh, [a, a]),
    weightStream('t', fresh, [Uint8Array.of(1, 2)]),
  ].map((stream) => bytesToHex(stream.read(16)));
  expect(new Set(streams).size).toBe(streams.length);
  for (const length of [0, 31, 33]) {
    const refused = expect.objectContaining({ name: 'CryptoError', code: 'bad-length' });
    expect(() => weightStream('t', new Uint8Array(length), [a])).toThrow(refused);
  }
  const many = Array.from({ length: 300_000 }, () => a);
  expect(weightStream('t', fresh, many).read(16).length).toBe(16);
});
