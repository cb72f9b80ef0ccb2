import { bytesToHex } from '@noble/hashes/utils.js';
import { orUndefined } from '../error.ts';
import type { Element, Group } from '../group.ts';
import { type Xof, xof } from '../transcript.ts';
import { assert, assertThrows, type TestFunction } from './test-function.ts';

/**
 * What every {@link Group} must do. Groups of fewer than 1000 elements are tried exhaustively.
 * @param test - `test` of the runner
 * @param group - the implementation
 */
export const groupSuite = (test: TestFunction, group: Group): void => {
  const { base, identity, order, elementLength } = group;
  const random = xof('ios/crypto/v1/group-suite');
  const element = (i: number): Element => group.hashToElement('ios/crypto/v1/group-suite-element', Uint8Array.of(i));
  const same = (a: Element, b: Element, what: string): void => {
    assert(a.equals(b) && b.equals(a), `${what}: not equal`);
    assert(hex(a) === hex(b), `${what}: equal with two encodings`);
  };

  test('base and identity', () => {
    assert(!base.equals(identity), 'the base is not the identity');
    same(base.add(identity), base, 'base + 0');
    same(base.subtract(base), identity, 'base - base');
    same(base.multiply(order - 1n).add(base), identity, 'order · base');
  });

  test('the laws of an abelian group', () => {
    const [a, b, c] = [element(1), element(2), element(3)];
    same(a.add(b).add(c), a.add(b.add(c)), 'associative');
    same(a.add(b), b.add(a), 'commutative');
    same(a.add(a.negate()), identity, 'inverse');
    same(a.subtract(b), a.add(b.negate()), 'subtraction');
    same(a.add(a), a.multiply(2n % order), 'doubling');
    same(identity.negate(), identity, '-0');
    same(identity.add(identity), identity, '0 + 0');
  });

  test('multiplication', () => {
    const [a, b] = [element(4), element(5)];
    const [s, t] = [scalar(random, order), scalar(random, order)];
    same(a.multiply(s).add(a.multiply(t)), a.multiply((s + t) % order), 's·a + t·a');
    same(a.add(b).multiply(s), a.multiply(s).add(b.multiply(s)), 's·(a + b)');
    same(a.multiply(s).multiply(t), a.multiply((s * t) % order), 't·(s·a)');
    same(a.multiply(0n), identity, '0·a');
    same(a.multiply(1n), a, '1·a');
    same(a.multiply(order - 1n), a.negate(), '-1·a');
    same(identity.multiply(s), identity, 's·0');
    for (const wrong of [-1n, order, order + 1n]) {
      assertThrows('out-of-range', () => a.multiply(wrong), 'a scalar out of range');
    }
  });

  test('encodings come back, have one length, and are copies', () => {
    for (const own of [identity, base, element(6), element(7).add(base), base.multiply(scalar(random, order))]) {
      const bytes = own.toBytes();
      assert(bytes.length === elementLength, 'the length of an encoding');
      const back = group.fromBytes(bytes);
      same(back, own, 'decoded');
      bytes.fill(0xff);
      assert(hex(own) === hex(back), 'writing to an encoding changes no element');
    }
  });

  test('decoding is strict', () => {
    for (const length of [0, elementLength - 1, elementLength + 1]) {
      assertThrows('bad-length', () => group.fromBytes(new Uint8Array(length)), `${length} bytes`);
    }
    assertThrows('bad-encoding', () => group.fromBytes(new Uint8Array(elementLength).fill(0xff)), 'all ones');
    for (let i = 0; i < 200; i++) {
      const bytes = i < 100 ? random.read(elementLength) : element(8).toBytes();
      if (i >= 100) bytes[i % elementLength]! ^= 1 << (random.read(1)[0]! % 8);
      const decoded = decodeOr(group, bytes);
      assert(decoded === undefined || hex(decoded) === bytesToHex(bytes), 'what decodes encodes to the same bytes');
    }
  });

  test('hashing to an element depends on tag and parts, framed', () => {
    const hash = (tag: string, ...parts: number[][]): string =>
      hex(group.hashToElement(tag, ...parts.map((part) => Uint8Array.from(part))));
    const first = hash('a', [1], [2]);
    assert(hash('a', [1], [2]) === first, 'the same twice');
    if (order < 1000n) return;
    const all = [hash('a'), hash('b'), hash('a', []), hash('a', [1], [2]), hash('a', [1, 2]), hash('a', [2], [1])];
    assert(new Set(all).size === all.length, 'six inputs, six elements');
    assertThrows('bad-tag', () => group.hashToElement(''), 'no tag');
  });

  for (const [what, bits] of [
    ['full', order.toString(2).length],
    ['short', 20],
  ] as const) {
    test(`multi-scalar multiplication of every size, ${what} scalars`, () => {
      // Element i is (i + 1)·base, so the sum is known from the scalars.
      let last = identity;
      const elements = Array.from({ length: 400 }, () => {
        last = last.add(base);
        return last;
      });
      for (const size of [0, 1, 2, 3, 5, 16, 33, 100, 400]) {
        const scalars = Array.from({ length: size }, (_, i) =>
          i % 7 === 3 ? 0n : scalar(random, order) % (1n << BigInt(bits)),
        );
        const expected = scalars.reduce((sum, own, i) => sum + own * BigInt(i + 1), 0n) % order;
        same(group.multiScalarMultiply(elements.slice(0, size), scalars), base.multiply(expected), `${size} terms`);
      }
    });
  }

  test('multi-scalar multiplication of awkward terms', () => {
    const a = element(9);
    const s = scalar(random, order);
    same(group.multiScalarMultiply([a, a], [s, order - s]), identity, 's·a - s·a');
    same(group.multiScalarMultiply([a, a.negate()], [s, s]), identity, 's·a + s·(-a)');
    same(group.multiScalarMultiply([identity, a], [s, 1n]), a, 's·0 + a');
    same(group.multiScalarMultiply([a, a, a], [order - 1n, 1n, 1n]), a, '-a + a + a');
    same(group.multiScalarMultiply([a, base], [0n, 0n]), identity, 'zeros');
    assertThrows('bad-length', () => group.multiScalarMultiply([a], []), 'a scalar missing');
    assertThrows('out-of-range', () => group.multiScalarMultiply([a], [order]), 'a scalar too large');
    assertThrows('out-of-range', () => group.multiScalarMultiply([a], [-1n]), 'a negative scalar');
  });

  test('elements of another group are refused', () => {
    const foreign: Element = { ...base, toBytes: () => base.toBytes() };
    assertThrows('wrong-group', () => base.add(foreign), 'add');
    assertThrows('wrong-group', () => base.subtract(foreign), 'subtract');
    assertThrows('wrong-group', () => base.equals(foreign), 'equals');
    assertThrows('wrong-group', () => group.multiScalarMultiply([foreign], [1n]), 'multi-scalar multiplication');
  });

  if (order < 1000n) test('exhaustively', () => exhaustively(group, same));
};

/** Every element, sum, multiple and (for one-byte encodings) every encoding of a small group. */
const exhaustively = (group: Group, same: (a: Element, b: Element, what: string) => void): void => {
  const { base, identity, order } = group;
  const all = [identity];
  while (all.length < Number(order)) all.push(all[all.length - 1]!.add(base));
  assert(new Set(all.map(hex)).size === all.length, 'the base generates the group');
  all.forEach((a, i) => {
    all.forEach((b, j) => {
      const sum = all[(i + j) % all.length]!;
      const product = all[(i * j) % all.length]!;
      same(a.add(b), sum, `${i} + ${j}`);
      same(a.multiply(BigInt(j)), product, `${i} · ${j}`);
      same(group.multiScalarMultiply([base, a], [BigInt(i), BigInt(j)]), all[i]!.add(product), `${i} + ${i} · ${j}`);
    });
  });
  if (group.elementLength !== 1) return;
  const decoded = Array.from({ length: 256 }, (_, byte) => decodeOr(group, Uint8Array.of(byte)));
  assert(decoded.filter((own) => own !== undefined).length === all.length, 'as many encodings as elements');
};

const scalar = (random: Xof, order: bigint): bigint => BigInt(`0x${bytesToHex(random.read(48))}`) % order;

const hex = (element: Element): string => bytesToHex(element.toBytes());

const decodeOr = (group: Group, bytes: Uint8Array): Element | undefined => orUndefined(() => group.fromBytes(bytes));
