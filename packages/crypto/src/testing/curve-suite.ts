import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import { getPublicKey, type SignedMessage, sign } from '../ed25519.ts';
import {
  type Curve,
  type CurvePoint,
  isPrimeOrderKey,
  isValidKey,
  edwards25519 as noble,
  ORDER,
} from '../edwards25519.ts';
import { xof } from '../transcript.ts';
import { elligator2Vectors } from './elligator2-vectors.ts';
import { NO_POINT, NON_CANONICAL, SMALL_ORDER, signWithTorsion, TORSION } from './mixed-order.ts';
import { assert, assertThrows, type TestFunction } from './test-function.ts';

/**
 * What every {@link Curve} must do: published values, the laws of the group with torsion in it, and the same bytes as noble.
 * @param test - `test` of the runner
 * @param curve - the implementation
 */
export const curveSuite = (test: TestFunction, curve: Curve): void => {
  const { base, identity, order } = curve;
  const random = xof('ios/crypto/v1/curve-suite');
  const scalar = (): bigint => bytesToNumberLE(random.read(64)) % order;
  const point = (of: CurvePoint): CurvePoint => {
    const own = curve.fromBytes(of.toBytes());
    if (own === undefined) throw new Error(`a point does not decode: ${bytesToHex(of.toBytes())}`);
    return own;
  };
  const torsion = (): CurvePoint[] => TORSION.map(point);
  const same = (a: CurvePoint, b: CurvePoint, what: string): void => {
    assert(hex(a) === hex(b), `${what}: ${hex(a)} is not ${hex(b)}`);
    assert(a.equals(point(b)), `${what}: not equal`);
  };

  test('the constants', () => {
    assert(order === ORDER, 'the order is ℓ');
    assert(hex(base) === '58'.padEnd(64, '66') && hex(identity) === '01'.padEnd(64, '0'), 'base and identity');
    assert(identity.is0() && !base.is0(), 'the neutral point is known');
    same(base.multiply(order - 1n).add(base), identity, 'ℓ · B');
  });

  test('the laws of the group, torsion included', () => {
    const [a, b] = [curve.multiplyBase(scalar()), curve.multiplyBase(scalar())];
    for (const T of torsion()) {
      const [p, q] = [a.add(T), b.subtract(T)];
      same(p.add(q), a.add(b), 'torsion that cancels');
      same(p.add(q), q.add(p), 'commutative');
      same(p.add(q).add(T), p.add(q.add(T)), 'associative');
      same(p.subtract(q), p.add(q.negate()), 'subtraction');
      same(p.add(identity), p, 'p + 0');
      same(p.subtract(identity), p, 'p - 0');
      assert(p.subtract(p).is0() && p.add(p.negate()).is0(), 'p - p');
      assert(!p.is0() && p.equals(a) === T.is0(), 'torsion is seen by equals');
      same(p.add(p).add(p), noble.fromBytes(p.toBytes())!.multiply(3n), '3p, as noble has it');
    }
    same(identity.negate(), identity, '-0');
    same(identity.add(identity), identity, '0 + 0');
    const T = point(TORSION[1]!);
    assert(T.add(T.negate()).is0(), 'T - T');
  });

  test('encodings are copies', () => {
    const bytes = base.toBytes();
    bytes.fill(0xff);
    assert(hex(base) === '58'.padEnd(64, '66'), 'writing to an encoding changes no point');
    const own = noble.base.multiply(7n).toBytes();
    const decoded = curve.fromBytes(own)!;
    own.fill(0);
    same(decoded, noble.base.multiply(7n), 'nor does writing to what was decoded');
  });

  test('decoding takes the one encoding of points of any order', () => {
    for (const own of [noble.base, noble.identity, ...TORSION, ...TORSION.map((T) => noble.base.add(T))]) {
      assert(hex(point(own)) === bytesToHex(own.toBytes()), 'an encoding comes back');
    }
    for (const bytes of NON_CANONICAL) {
      assert(curve.fromBytes(bytes) === undefined, `not canonical: ${bytesToHex(bytes)}`);
    }
    assert(curve.fromBytes(NO_POINT) === undefined, 'a y without an x');
    for (const length of [0, 1, 31, 33, 64]) {
      for (const byte of [0, 1, 0x66]) {
        assert(curve.fromBytes(new Uint8Array(length).fill(byte)) === undefined, `${length} bytes`);
      }
    }
    for (let i = 0; i < 100; i++) {
      const bytes = random.read(32);
      const own = curve.fromBytes(bytes);
      assert((own === undefined) === (noble.fromBytes(bytes) === undefined), `as noble: ${bytesToHex(bytes)}`);
      assert(own === undefined || hex(own) === bytesToHex(bytes), 'what decodes encodes to the same bytes');
    }
  });

  test('prime order', () => {
    const own = curve.multiplyBase(scalar());
    assert(curve.isPrimeOrder(base) && curve.isPrimeOrder(own), 'multiples of the base have it');
    for (const [i, T] of torsion().entries()) {
      assert(!curve.isPrimeOrder(T), `torsion ${i} alone`);
      assert(curve.isPrimeOrder(own.add(T)) === T.is0(), `a point with torsion ${i}`);
    }
    assert(!curve.isPrimeOrder(identity) && !curve.isPrimeOrder(own.subtract(own)), 'the identity has not');
  });

  test('keys that may own and may validate', () => {
    const key = getPublicKey(seedOf(1));
    assert(isValidKey(key, curve) && isPrimeOrderKey(key, curve), 'an honest key may do both');
    for (const [i, T] of TORSION.entries()) {
      const mixed = noble.fromBytes(key)!.add(T).toBytes();
      assert(isValidKey(mixed, curve), `of mixed order ${i}: may own`);
      assert(isPrimeOrderKey(mixed, curve) === (i === 0), `of mixed order ${i}: may not validate`);
    }
    for (const bytes of [...SMALL_ORDER, ...NON_CANONICAL, NO_POINT, new Uint8Array(0), new Uint8Array(33)]) {
      assert(!isValidKey(bytes, curve) && !isPrimeOrderKey(bytes, curve), `no key: ${bytesToHex(bytes)}`);
    }
  });

  test('secret multiples, at the ends of the range and of points of any order', () => {
    const edges = [1n, 2n, 3n, 8n, order - 2n, order - 1n, (order - 1n) / 2n, 2n ** 252n, 2n ** 128n - 1n, scalar()];
    for (const s of edges) {
      same(curve.multiplyBase(s), noble.multiplyBase(s), `${s} · B`);
      same(base.multiply(s), noble.multiplyBase(s), `${s} · B as any point`);
    }
    for (const [i, T] of TORSION.entries()) {
      const mixed = noble.multiplyBase(5n).add(T);
      for (const s of [1n, 2n, 7n, order - 1n, scalar()]) {
        same(point(mixed).multiply(s), multiple(mixed, s), `${s} · (5B + T${i})`);
        same(point(T).multiply(s), multiple(T, s), `${s} · T${i}`);
      }
    }
    for (const wrong of [-1n, 0n, order, order + 1n]) {
      assertRefused(() => curve.multiplyBase(wrong), `${wrong} · B`);
      assertRefused(() => curve.multiplyBase(5n).multiply(wrong), `${wrong} · 5B`);
    }
  });

  test('sums of multiples of every size, torsion included', () => {
    const points: CurvePoint[] = [];
    const step = base.add(point(TORSION[1]!));
    let last = identity;
    for (let i = 0; i < 300; i++) {
      last = last.add(step);
      points.push(last);
    }
    for (const bits of [253n, 128n, 20n]) {
      for (const size of [0, 1, 2, 3, 7, 33, 100, 300]) {
        const scalars = Array.from({ length: size }, (_, i) => (i % 7 === 3 ? 0n : scalar() % 2n ** bits));
        // Point i is (i + 1)(B + T), and T has order 8.
        const total = scalars.reduce((sum, own, i) => sum + own * BigInt(i + 1), 0n);
        const expected = multiple(noble.base, total % order).add(multiple(TORSION[1]!, total % 8n));
        same(curve.multiScalarMultiply(points.slice(0, size), scalars), expected, `${size} terms`);
      }
    }
  });

  test('sums of multiples of awkward terms', () => {
    const T = point(TORSION[1]!);
    const a = curve.multiplyBase(scalar()).add(T);
    const s = scalar();
    const sum = curve.multiScalarMultiply;
    assert(sum([], []).is0(), 'no terms');
    assert(sum([a, base], [0n, 0n]).is0(), 'zeros');
    assert(sum([a, a.negate()], [s, s]).is0(), 's·a - s·a');
    same(sum([identity, a], [s, 1n]), a, 's·0 + a');
    same(sum([a, a, a], [1n, 1n, 1n]), a.add(a).add(a), 'one point thrice');
    // ℓ·a = ℓ·T: not the identity, as it would be if scalars were taken modulo ℓ or points for torsion-free.
    same(sum([a, a], [order - 1n, 1n]), point(multiple(TORSION[1]!, order % 8n)), '(ℓ - 1)·a + a');
    same(sum([T], [order - 1n]), point(multiple(TORSION[1]!, (order - 1n) % 8n)), '(ℓ - 1)·T');
    for (const at of [0n, 1n, order - 1n]) same(sum([a], [at]), at === 0n ? identity : a.multiply(at), `${at}·a alone`);
    assertThrows('bad-length', () => sum([a], []), 'a scalar missing');
    assertThrows('out-of-range', () => sum([a], [order]), 'a scalar too large');
    assertThrows('out-of-range', () => sum([a], [-1n]), 'a negative scalar');
  });

  test('the map of RFC 9380, appendix J.5.2, and as noble has it', () => {
    for (const { u, x, y } of elligator2Vectors) {
      const encoded = numberToBytesLE(y + ((x & 1n) << 255n), 32);
      assert(hex(curve.mapToCurve(numberToBytesLE(u, 32))) === bytesToHex(encoded), `u = ${u}`);
    }
    const p = 2n ** 255n - 19n;
    for (const u of [0n, 1n, 2n, p - 1n, p - 2n, ...Array.from({ length: 20 }, () => scalar())]) {
      const bytes = numberToBytesLE(u, 32);
      const mapped = curve.mapToCurve(bytes);
      same(mapped, noble.mapToCurve(bytes), `u = ${u}`);
      same(mapped, curve.mapToCurve(numberToBytesLE((p - u) % p, 32)), 'u and -u');
    }
    for (const wrong of [p, p + 1n, 2n ** 255n, 2n ** 256n - 1n]) {
      assertThrows('out-of-range', () => curve.mapToCurve(numberToBytesLE(wrong, 32)), 'not reduced');
    }
    for (const length of [0, 31, 33]) {
      assertThrows('bad-length', () => curve.mapToCurve(new Uint8Array(length)), `${length} bytes`);
    }
  });

  test('signatures by ZIP215', () => {
    const holds = ({ signature, message, publicKey }: SignedMessage): boolean =>
      curve.verify(signature, message, publicKey);
    const message = Uint8Array.of(1, 2, 3);
    const good = { publicKey: getPublicKey(seedOf(2)), message, signature: sign(message, seedOf(2)) };
    assert(holds(good), 'an honest signature');
    assert(!holds({ ...good, message: Uint8Array.of(1, 2) }), 'of another message');
    for (let i = 0; i < 64; i += 7) {
      const signature = good.signature.map((byte, at) => (at === i ? byte ^ 4 : byte));
      assert(!holds({ ...good, signature }), `byte ${i} changed`);
    }
    const [R, S] = [good.signature.subarray(0, 32), bytesToNumberLE(good.signature.subarray(32))];
    assert(!holds({ ...good, signature: concatBytes(R, numberToBytesLE(S + order, 32)) }), 'S + ℓ');
    for (const length of [0, 63, 65]) assert(!holds({ ...good, signature: new Uint8Array(length) }), 'a wrong length');
    for (const length of [0, 31, 33]) assert(!holds({ ...good, publicKey: new Uint8Array(length) }), 'a wrong length');
    for (const inKey of TORSION) assert(holds(signWithTorsion(message, seedOf(3), inKey, TORSION[3]!)), 'torsion');
    for (const publicKey of SMALL_ORDER) {
      for (const encodedR of SMALL_ORDER) {
        const signature = concatBytes(encodedR, new Uint8Array(32));
        assert(holds({ publicKey, message, signature }), 'small order in any encoding, S = 0');
      }
    }
    assert(!holds({ ...good, publicKey: NO_POINT }), 'a key that is no point');
  });
};

/** s · point in noble's sums, for a point of any order and s from 0 to ℓ - 1. */
const multiple = (of: CurvePoint, s: bigint): CurvePoint => noble.multiScalarMultiply([of], [s]);

const hex = (point: CurvePoint): string => bytesToHex(point.toBytes());

const seedOf = (i: number): Uint8Array => new Uint8Array(32).fill(i);

const assertRefused = (run: () => unknown, message: string): void => {
  try {
    run();
  } catch {
    return;
  }
  throw new Error(`${message}: nothing was thrown`);
};
