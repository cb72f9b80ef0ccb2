import { hashToScalar, taggedHash } from '@ios/crypto/transcript';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Curve, CurvePoint } from './curve.ts';
import { encodeNonces, isAscending } from './entry.ts';
import { maskOf } from './mask.ts';
import { aggregateKey, sum } from './roster.ts';
import type { Challenge, Entry, Roster } from './scheme.ts';

/** b, by which the second nonces enter, and c, the challenge of Ed25519; each from 0 to ℓ - 1. */
export interface Scalars {
  readonly b: bigint;
  readonly c: bigint;
}

/** M = H(tag ‖ roster root ‖ mask ‖ message), 32 bytes: a signature says who signed, not only what. */
export const signedMessage = (root: Uint8Array, mask: Uint8Array, message: Uint8Array): Uint8Array =>
  taggedHash('ios/cosi/v1/message', root, mask, message);

/** The challenge of a list, or undefined where one cannot be; see `CosiScheme`. */
export const createChallenge = (
  curve: Curve,
  roster: Roster,
  message: Uint8Array,
  list: readonly Entry[],
): Challenge | undefined => {
  const n = roster.cosigners.length;
  if (!list.every(({ index }) => Number.isInteger(index) && index >= 0 && index < n)) return undefined;
  if (!isAscending(list)) return undefined;
  const mask = maskOf(
    list.map(({ index }) => index),
    n,
  );
  const sumKeys = aggregateKey(curve, roster, mask);
  const sumD = sumOfNonces(curve, list, 'D');
  const sumE = sumOfNonces(curve, list, 'E');
  if (sumKeys === undefined || sumD === undefined || sumE === undefined) return undefined;
  const A = sumKeys.toBytes();
  const M = signedMessage(roster.root, mask, message);
  const b = bindingFactor(curve, roster, { mask, A, M, list });
  const sumR = sumD.add(curve.multiScalarMultiply([sumE], [b]));
  if (sumR.is0()) return undefined;
  const challenge = Object.freeze({ mask, A, R: sumR.toBytes(), M, list });
  scalars.set(challenge, { b, c: ed25519Challenge(curve, challenge) });
  return challenge;
};

/** The scalars of a challenge: kept from when it was made, computed again for a copy of it. */
export const scalarsOf = (curve: Curve, roster: Roster, challenge: Challenge): Scalars =>
  scalars.get(challenge) ?? {
    b: bindingFactor(curve, roster, challenge),
    c: ed25519Challenge(curve, challenge),
  };

/** c = SHA-512(R ‖ A ‖ M) mod ℓ (RFC 8032, section 5.1.6, step 4). */
export const ed25519Challenge = (curve: Curve, { R, A, M }: Pick<Challenge, 'R' | 'A' | 'M'>): bigint =>
  bytesToNumberLE(sha512(concatBytes(R, A, M))) % curve.order;

const scalars = /* @__PURE__ */ new WeakMap<Challenge, Scalars>();

/** b = H_scalar(tag ‖ roster root ‖ mask ‖ A ‖ nonces of the list ‖ M): no nonce can be chosen after it is known. */
const bindingFactor = (
  curve: Curve,
  { root }: Roster,
  { mask, A, M, list }: Pick<Challenge, 'mask' | 'A' | 'M' | 'list'>,
): bigint => hashToScalar(curve.order, 'ios/cosi/v1/binding', root, mask, A, encodeNonces(list), M);

/** ΣD or ΣE; undefined for no entry, for bytes that are no point, and for a sum that is the identity. */
const sumOfNonces = (curve: Curve, list: readonly Entry[], which: 'D' | 'E'): CurvePoint | undefined => {
  const points: CurvePoint[] = [];
  for (const entry of list) {
    const point = curve.fromBytes(entry[which]);
    if (point === undefined) return undefined;
    points.push(point);
  }
  if (points.length === 0) return undefined;
  const all = sum(points);
  return all.is0() ? undefined : all;
};
