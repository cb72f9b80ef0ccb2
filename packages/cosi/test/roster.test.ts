import { edwards25519 } from '@ios/crypto/edwards25519';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { expect, test } from 'vitest';
import { edwardsCosi, edwardsRoster, MAX_COSIGNERS, maskOf, signatureClaim } from '../src/index.ts';
import { aggregateKey } from '../src/roster.ts';
import { fakeCosi } from '../src/testing.ts';
import { committee, compiled, expectRefusal, real, sessionOf } from './committee.ts';

const message = new Uint8Array(1);
const signature = new Uint8Array(64);

test('a roster belongs to the scheme that made it, and a copy to none', () => {
  const { roster } = committee(2, real);
  const mask = maskOf([0], 2);
  expect(edwardsCosi.verify(roster, mask, message, signature)).toBe(false);
  expectRefusal('unknown-roster', () => fakeCosi.verify(roster, mask, message, signature));
  expectRefusal('unknown-roster', () => edwardsCosi.verify(committee(2).roster, mask, message, signature));
  expectRefusal('unknown-roster', () => signatureClaim({ ...roster }, mask, message, signature));
});

test.each([
  ['the bytes', (bytes: Uint8Array) => new Uint8Array(bytes)],
  ['the Buffers, whose slices share their memory,', (bytes: Uint8Array) => Buffer.from(bytes)],
] as const)('a roster does not change with %s that it was made of', (_what, of) => {
  const key = of(edwards25519.multiplyBase(5n).toBytes());
  const identity = of(new Uint8Array(32));
  const roster = edwardsCosi.roster([{ key, identity }]);
  key.fill(0);
  identity.fill(1);
  expect(roster.cosigners[0]!.key).toEqual(edwards25519.multiplyBase(5n).toBytes());
  expect(roster.cosigners[0]!.identity).toEqual(new Uint8Array(32));
});

test('the root commits to keys, identities, their order and their number', () => {
  const [a, b, c] = [1, 2, 3].map((x) => ({
    key: edwards25519.multiplyBase(BigInt(x)).toBytes(),
    identity: numberToBytesLE(x, 32),
  })) as [Seat, Seat, Seat];
  const rosters = [
    [a],
    [a, b],
    [b, a],
    [a, c],
    [a, b, c],
    [a, { ...b, identity: c.identity }],
    [a, { ...b, key: c.key }],
  ];
  const roots = rosters.map((seats) => Buffer.from(edwardsCosi.roster(seats).root).toString('hex'));
  expect(new Set(roots).size).toBe(rosters.length);
});

test('rosters over two curves are alike, and each belongs to the schemes over its own', () => {
  const [one, other] = [committee(3, real), committee(3, compiled)];
  const mask = maskOf([0, 2], 3);
  const claims = [one, other].map(({ roster }) => signatureClaim(roster, mask, message, signature));
  expect(claims[0]).toEqual(claims[1]);
  const list = one.commit([0, 1], sessionOf(1));
  expectRefusal('unknown-roster', () => real.scheme.verify(other.roster, mask, message, signature));
  expectRefusal('unknown-roster', () => compiled.scheme.challenge(one.roster, message, list));
  expectRefusal('unknown-roster', () => one.again(0, { roster: other.roster }));
  // What judges keys alone makes rosters for the whole of its curve.
  const keys = edwardsRoster(one.roster.cosigners);
  expect(keys.root).toEqual(other.roster.root);
  expect(real.scheme.challenge(keys, message, list)).toEqual(real.scheme.challenge(one.roster, message, list));
});

test('the aggregate key is the sum over the mask, whichever way it is computed', () => {
  const { roster } = committee(7, real);
  for (let bits = 1; bits < 128; bits++) {
    const present = [0, 1, 2, 3, 4, 5, 6].filter((i) => (bits >> i) & 1);
    const secret = present.reduce((sum, index) => sum + 1_000_003n * BigInt(index + 1), 0n);
    const A = aggregateKey(roster, maskOf(present, 7))!;
    expect(A.equals(edwards25519.multiplyBase(secret))).toBe(true);
  }
});

test('a claim has a mask that fits and 64 bytes of signature', () => {
  const { roster } = committee(3, real);
  const mask = maskOf([0, 2], 3);
  const claim = signatureClaim(roster, mask, message, signature)!;
  expect(claim.publicKey).toEqual(aggregateKey(roster, mask)!.toBytes());
  expect(claim.signature).toBe(signature);
  for (const length of [0, 63, 65])
    expect(signatureClaim(roster, mask, message, new Uint8Array(length))).toBeUndefined();
  for (const bad of [[], [0], [0b1001], [1, 0]]) {
    expect(signatureClaim(roster, Uint8Array.from(bad), message, signature)).toBeUndefined();
  }
});

test('a roster has at most as many cosigners as an index tells apart', () => {
  const seat = { key: new Uint8Array(32), identity: new Uint8Array(32) };
  expectRefusal('out-of-range', () => edwardsCosi.roster(new Array(MAX_COSIGNERS + 1).fill(seat)));
});

interface Seat {
  readonly key: Uint8Array;
  readonly identity: Uint8Array;
}
