import { hashToScalar, taggedHash } from '@ios/crypto/transcript';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Curve, CurvePoint } from './curve.ts';
import { encodeNonces, isAscending } from './entry.ts';
import { maskOf } from './mask.ts';
import { aggregateKey, keysOn, sum } from './roster.ts';
import type { Challenge, Entry, Roster } from './scheme.ts';

/** b, by which the second nonces enter, and c, the challenge of Ed25519; each from 0 to ℓ - 1. */
export interface Scalars {
  readonly b: bigint;
  readonly c: bigint;
}

/** The nonces of an entry as points. */
interface Nonces {
  readonly D: CurvePoint;
  readonly E: CurvePoint;
}

/** What is kept of a challenge from when it was made. */
interface Kept extends Scalars {
  readonly curve: Curve;
  /** In the order of the list. */
  readonly nonces: readonly Nonces[];
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
  keysOn(curve, roster);
  const sumKeys = aggregateKey(roster, mask);
  const nonces = sumKeys && decodeList(curve, list);
  if (sumKeys === undefined || nonces === undefined) return undefined;
  const sumD = sum(nonces.map(({ D }) => D));
  const sumE = sum(nonces.map(({ E }) => E));
  if (sumD.is0() || sumE.is0()) return undefined;
  const A = sumKeys.toBytes();
  const M = signedMessage(roster.root, mask, message);
  const b = bindingFactor(curve, roster, { mask, A, M, list });
  const sumR = sumD.add(curve.multiScalarMultiply([sumE], [b]));
  if (sumR.is0()) return undefined;
  const challenge = Object.freeze({ mask, A, R: sumR.toBytes(), M, list });
  kept.set(challenge, { curve, nonces, b, c: ed25519Challenge(curve, challenge) });
  return challenge;
};

/** The scalars of a challenge: kept from when it was made, computed again for a copy of it. */
export const scalarsOf = (curve: Curve, roster: Roster, challenge: Challenge): Scalars =>
  kept.get(challenge) ?? {
    b: bindingFactor(curve, roster, challenge),
    c: ed25519Challenge(curve, challenge),
  };

/** The nonces of the entry at a place of the list: kept as the scalars are, decoded for a copy; undefined for no points. */
export const noncesOf = (curve: Curve, challenge: Challenge, place: number): Nonces | undefined => {
  const known = kept.get(challenge);
  return known?.curve === curve ? known.nonces[place] : decodeNonces(curve, challenge.list[place]!);
};

/** c = SHA-512(R ‖ A ‖ M) mod ℓ (RFC 8032, section 5.1.6, step 4). */
export const ed25519Challenge = (curve: Curve, { R, A, M }: Pick<Challenge, 'R' | 'A' | 'M'>): bigint =>
  bytesToNumberLE(sha512(concatBytes(R, A, M))) % curve.order;

const kept = /* @__PURE__ */ new WeakMap<Challenge, Kept>();

/** b = H_scalar(tag ‖ roster root ‖ mask ‖ A ‖ nonces of the list ‖ M): no nonce can be chosen after it is known. */
const bindingFactor = (
  curve: Curve,
  { root }: Roster,
  { mask, A, M, list }: Pick<Challenge, 'mask' | 'A' | 'M' | 'list'>,
): bigint => hashToScalar(curve.order, 'ios/cosi/v1/binding', root, mask, A, encodeNonces(list), M);

const decodeNonces = (curve: Curve, entry: Pick<Entry, 'D' | 'E'>): Nonces | undefined => {
  const D = curve.fromBytes(entry.D);
  const E = curve.fromBytes(entry.E);
  return D === undefined || E === undefined ? undefined : { D, E };
};

/** All nonces of a list; undefined as soon as one is no point. */
const decodeList = (curve: Curve, list: readonly Entry[]): readonly Nonces[] | undefined => {
  const all: Nonces[] = [];
  for (const entry of list) {
    const nonces = decodeNonces(curve, entry);
    if (nonces === undefined) return undefined;
    all.push(nonces);
  }
  return all;
};
