import { ORDER } from '@ios/crypto/edwards25519';
import { taggedHash } from '@ios/crypto/transcript';
import { bytesToNumberLE, equalBytes, numberToBytesLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { createCosi } from '../cosi.ts';
import type { Curve, CurvePoint } from '../curve.ts';
import type { CosiScheme } from '../scheme.ts';

/** The order of the whole group, 8ℓ: that of edwards25519, which is cyclic too. */
const SIZE = 8n * ORDER;

/** A point of {@link fakeCurve}: the integer itself. */
interface FakePoint extends CurvePoint {
  readonly value: bigint;
}

const methods: CurvePoint & ThisType<FakePoint> = {
  add(other) {
    return point((this.value + (other as FakePoint).value) % SIZE);
  },
  negate() {
    return point((SIZE - this.value) % SIZE);
  },
  equals(other) {
    return this.value === (other as FakePoint).value;
  },
  is0() {
    return this.value === 0n;
  },
  toBytes() {
    return numberToBytesLE(this.value, 32);
  },
};

const point = (value: bigint): FakePoint => Object.assign(Object.create(methods), { value });

/** The integer that 32 bytes encode, little-endian, read as four words: simulations decode nothing more often. */
const integer = (bytes: Uint8Array): bigint => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let value = 0n;
  for (const offset of [24, 16, 8, 0]) value = (value << 64n) | view.getBigUint64(offset, true);
  return value;
};

/**
 * The integers modulo 8ℓ under addition, with base 8: a group built like edwards25519, with the same order, the same torsion
 * and 32-byte encodings, in which everybody reads the secret out of a key. Every check of the scheme is there and means what
 * it means on the curve, at a few microseconds; there is no security.
 */
export const fakeCurve: Curve = /* @__PURE__ */ (() =>
  Object.freeze<Curve>({
    order: ORDER,
    base: point(8n),
    multiplyBase: (secret) => point((8n * secret) % SIZE),
    multiScalarMultiply: (points, scalars) =>
      point(points.reduce((sum, own, i) => sum + (own as FakePoint).value * scalars[i]!, 0n) % SIZE),
    fromBytes: (bytes) => {
      if (bytes.length !== 32) return undefined;
      const value = integer(bytes);
      return value < SIZE ? point(value) : undefined;
    },
    isPrimeOrder: (own) => (own as FakePoint).value % 8n === 0n && !own.is0(),
    verify: (signature, message, publicKey) => {
      if (signature.length !== 64 || publicKey.length !== 32) return false;
      const R = integer(signature.subarray(0, 32));
      const s = integer(signature.subarray(32));
      const A = integer(publicKey);
      if (s >= ORDER || R >= SIZE || A >= SIZE) return false;
      const c = bytesToNumberLE(sha512(concatBytes(signature.subarray(0, 32), publicKey, message))) % ORDER;
      return (8n * (8n * s - R - c * A)) % SIZE === 0n;
    },
  }))();

/** The eight points of order dividing 8 in {@link fakeCurve}; the first is the identity. */
export const FAKE_TORSION: readonly CurvePoint[] = /* @__PURE__ */ (() =>
  Array.from({ length: 8 }, (_, i) => point(BigInt(i) * ORDER)))();

/** The scheme over {@link fakeCurve}. */
export const fakeCosi: CosiScheme = /* @__PURE__ */ createCosi({ curve: fakeCurve });

/** The signature of a fake identity: 64 bytes that depend on identity and message, and that everybody can make. */
export const fakeSign = (message: Uint8Array, identity: Uint8Array): Uint8Array => {
  const half = taggedHash('ios/cosi/v1/fake-identity', identity, message);
  return concatBytes(half, half);
};

/** Whether a signature is that of {@link fakeSign}. */
export const fakeVerify = (signature: Uint8Array, message: Uint8Array, identity: Uint8Array): boolean =>
  equalBytes(signature, fakeSign(message, identity));
