import { merkleRoot } from '@ios/crypto/merkle';
import { taggedHash } from '@ios/crypto/transcript';
import { numberToBytesBE } from '@noble/curves/utils.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';
import type { CurvePoint, KeyCurve } from './curve.ts';
import { assertInteger, assertLength, CosiError } from './errors.ts';
import { indicesOf } from './mask.ts';
import type { Cosigner, Roster } from './scheme.ts';

/** The most cosigners of a roster: 65 535, since indices and numbers of entries are u16. */
export const MAX_COSIGNERS: number = 2 ** 16 - 1;

/** What is computed from a roster once: the points of its keys and their sum. */
interface Keys {
  readonly curve: KeyCurve;
  readonly points: readonly CurvePoint[];
  readonly total: CurvePoint;
}

const keysOf = /* @__PURE__ */ new WeakMap<Roster, Keys>();

/**
 * Decodes the keys of all cosigners once. Costs a multiplication a key, so keep the roster.
 * @throws CosiError `out-of-range` for none or more than {@link MAX_COSIGNERS}, `bad-length`, or `bad-roster` for a key or an
 *   identity that stands twice and for a key that is not the canonical encoding of a point of prime order
 */
export const createRoster = (curve: KeyCurve, cosigners: readonly Cosigner[]): Roster => {
  assertInteger(cosigners.length, 1, MAX_COSIGNERS, 'number of cosigners');
  const copies = cosigners.map(({ key, identity }) => {
    assertLength(key, 32, 'key');
    assertLength(identity, 32, 'identity');
    // Copies: `slice` of Node's Buffer is none.
    return Object.freeze({ key: new Uint8Array(key), identity: new Uint8Array(identity) });
  });
  assertDistinct(copies, 'key');
  assertDistinct(copies, 'identity');
  const points = copies.map(({ key }, index) => {
    const point = curve.fromBytes(key);
    if (point !== undefined && curve.isPrimeOrder(point)) return point;
    throw new CosiError('bad-roster', 'a key is not a point of prime order', { index });
  });
  const roster = Object.freeze({ cosigners: Object.freeze(copies), root: rootOf(copies) });
  keysOf.set(roster, { curve, points, total: sum(points) });
  return roster;
};

/** The key of cosigner `index` as a point. @throws CosiError `unknown-roster` */
export const keyOf = (curve: KeyCurve, roster: Roster, index: number): CurvePoint | undefined =>
  keysOn(curve, roster).points[index];

/**
 * A, the sum of the keys in a mask: of those present, or the total less the absent, whichever is shorter. Undefined for a
 * mask that does not fit, and where A would be the identity, as for no cosigner.
 * @throws CosiError `unknown-roster`
 */
export const aggregateKey = (roster: Roster, mask: Uint8Array): CurvePoint | undefined => {
  const { points, total } = known(roster);
  const present = indicesOf(mask, points.length);
  if (present === undefined || present.length === 0) return undefined;
  const A =
    present.length * 2 <= points.length
      ? sum(present.map((index) => points[index]!))
      : points.reduce((rest, point, index) => (isAbsent(mask, index) ? rest.add(point.negate()) : rest), total);
  return A.is0() ? undefined : A;
};

/** The sum of at least one point. */
export const sum = (points: readonly CurvePoint[]): CurvePoint => points.reduce((all, point) => all.add(point));

const isAbsent = (mask: Uint8Array, index: number): boolean => ((mask[index >> 3]! >> (index & 7)) & 1) === 0;

/** What is kept of a roster whose points are those of a curve: what decodes alike gives points that go together. */
export const keysOn = (curve: Pick<KeyCurve, 'fromBytes'>, roster: Roster): Keys => {
  const keys = known(roster);
  if (keys.curve.fromBytes === curve.fromBytes) return keys;
  throw new CosiError('unknown-roster', 'the roster was made over another curve');
};

const known = (roster: Roster): Keys => {
  const keys = keysOf.get(roster);
  if (keys !== undefined) return keys;
  throw new CosiError('unknown-roster', 'a roster is what roster() of a scheme returned, not a copy of it');
};

/** H(tag ‖ u32 n ‖ RFC 6962 root over key ‖ identity of each): a tree, so that one cosigner can be shown alone. */
const rootOf = (cosigners: readonly Cosigner[]): Uint8Array =>
  taggedHash(
    'ios/cosi/v1/roster',
    numberToBytesBE(cosigners.length, 4),
    merkleRoot(cosigners.map(({ key, identity }) => concatBytes(key, identity))),
  );

const assertDistinct = (cosigners: readonly Cosigner[], what: 'key' | 'identity'): void => {
  const seen = new Map<string, number>();
  cosigners.forEach((cosigner, index) => {
    const hex = bytesToHex(cosigner[what]);
    const first = seen.get(hex);
    if (first !== undefined) {
      throw new CosiError('bad-roster', `two cosigners have one ${what}`, { what, first, index });
    }
    seen.set(hex, index);
  });
};
