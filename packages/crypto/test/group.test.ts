import { ristretto255_hasher } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  decodeScalar,
  type Element,
  elementCoder,
  encodeScalar,
  type Group,
  randomScalar,
  ristretto255,
  scalarCoder,
} from '../src/group.ts';
import { schnorrGroup62, toyGroup } from '../src/testing.ts';
import vectors from './vectors/ristretto255.json' with { type: 'json' };

const groups: Group[] = [ristretto255, toyGroup, schnorrGroup62];
const refused = (code: string) => expect.objectContaining({ name: 'CryptoError', code });

describe('ristretto255 against RFC 9496', () => {
  test('multiples of the base', () => {
    let sum: Element = ristretto255.identity;
    for (const [i, hex] of vectors.multiples.entries()) {
      expect(bytesToHex(sum.toBytes())).toBe(hex);
      expect(ristretto255.fromBytes(hexToBytes(hex)).equals(ristretto255.base.multiply(BigInt(i)))).toBe(true);
      sum = sum.add(ristretto255.base);
    }
  });
  for (const [why, encodings] of Object.entries(vectors.bad)) {
    test(`encodings refused: ${why}`, () => {
      expect(encodings.length).toBeGreaterThan(0);
      for (const hex of encodings)
        expect(() => ristretto255.fromBytes(hexToBytes(hex))).toThrow(refused('bad-encoding'));
    });
  }
  test('the one-way map', () => {
    for (const { bytes, element } of vectors.maps) {
      expect(bytesToHex(ristretto255_hasher.deriveToCurve!(hexToBytes(bytes)).toBytes())).toBe(element);
    }
  });
  test('hashing to an element', () => {
    for (const { tag, parts, element } of vectors.hashed) {
      expect(bytesToHex(ristretto255.hashToElement(tag, ...parts.map(hexToBytes)).toBytes())).toBe(element);
    }
  });
});

test('elements of two groups do not mix', () => {
  for (const a of groups) {
    for (const b of groups) {
      if (a === b) continue;
      expect(() => a.base.add(b.base)).toThrow(refused('wrong-group'));
      expect(() => a.base.equals(b.identity)).toThrow(refused('wrong-group'));
      expect(() => a.multiScalarMultiply([a.base, b.base], [1n, 1n])).toThrow(refused('wrong-group'));
    }
  }
});

test('an element keeps its bytes whatever happens to those it came from', () => {
  const bytes = ristretto255.base.toBytes();
  const element = ristretto255.fromBytes(bytes);
  bytes.fill(0);
  expect(element.toBytes()).toEqual(ristretto255.base.toBytes());
});

test('nor do those of a Buffer, whose slices share its memory', () => {
  const expected = ristretto255.base.toBytes();
  const buffer = Buffer.from(expected);
  const element = ristretto255.fromBytes(buffer);
  buffer.fill(0);
  expect(element.toBytes()).toEqual(expected);
  element.toBytes().fill(0);
  expect(element.toBytes()).toEqual(expected);
});

describe('scalars', () => {
  test('have one encoding', () => {
    for (const { order } of groups) {
      for (const scalar of [0n, 1n, order - 1n]) {
        expect(decodeScalar(order, encodeScalar(order, scalar))).toBe(scalar);
      }
      for (const scalar of [-1n, order]) expect(() => encodeScalar(order, scalar)).toThrow(refused('out-of-range'));
      const length = encodeScalar(order, 0n).length;
      expect(() => decodeScalar(order, new Uint8Array(length + 1))).toThrow(refused('bad-length'));
      expect(() => decodeScalar(order, new Uint8Array(length - 1))).toThrow(refused('bad-length'));
      expect(() => decodeScalar(order, new Uint8Array(length).fill(255))).toThrow(refused('out-of-range'));
      const unreduced = encodeScalar(order + 1n, order);
      expect(() => decodeScalar(order, unreduced)).toThrow(refused('out-of-range'));
    }
    expect(encodeScalar(ristretto255.order, 1n)).toEqual(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0)));
    expect(toyGroup.order).toBe(23n);
    expect(decodeScalar(23n, Uint8Array.of(22))).toBe(22n);
    expect(() => decodeScalar(23n, Uint8Array.of(23))).toThrow(refused('out-of-range'));
  });
  test('drawn at random are never zero and cover the order', () => {
    const seen = new Set<bigint>();
    for (let i = 0; i < 2000; i++) seen.add(randomScalar(23n));
    expect(seen.size).toBe(22);
    expect(seen.has(0n)).toBe(false);
    expect(randomScalar(ristretto255.order, (length) => new Uint8Array(length))).toBe(1n);
    expect(randomScalar(ristretto255.order)).not.toBe(randomScalar(ristretto255.order));
  });
});

test('coders refuse what the decoders refuse', () => {
  for (const group of groups) {
    const element = elementCoder(group);
    const scalar = scalarCoder(group.order);
    expect(element.decode(element.encode(group.base)).equals(group.base)).toBe(true);
    expect(scalar.decode(scalar.encode(5n))).toBe(5n);
    expect(() => element.decode(new Uint8Array(group.elementLength).fill(255))).toThrow();
    expect(() => element.decode(new Uint8Array(group.elementLength + 1))).toThrow();
    expect(() => scalar.decode(scalar.encode(0n).fill(255))).toThrow();
    expect(() => scalar.encode(group.order)).toThrow();
  }
});
