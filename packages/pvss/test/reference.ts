/*
 * Both schemes once more, from the numbered steps of the README and nothing of the package: sums one by one, exact checks,
 * and a dealer that can be made to cheat at any step.
 */
import type { Element, Group } from '@ios/crypto/group';
import { encodeScalar } from '@ios/crypto/group';
import { hashToScalar, taggedHash, xof } from '@ios/crypto/transcript';
import { bytesToNumberLE, numberToBytesBE } from '@noble/curves/utils.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import type { DealingContext } from '../src/index.ts';

const u32 = (value: number): Uint8Array => numberToBytesBE(value, 4);
const joined = (elements: readonly Element[]): Uint8Array => concatBytes(...elements.map((own) => own.toBytes()));
const mod = (value: bigint, order: bigint): bigint => ((value % order) + order) % order;

/** H(…) over all that a context says. */
export const contextDigest = (scheme: string, group: Group, context: DealingContext): Uint8Array => {
  const { session, dealer, threshold, publicKeys } = context;
  const roster = taggedHash('ios/pvss/v1/roster', utf8ToBytes(group.name), ...publicKeys);
  const names = [utf8ToBytes(scheme), utf8ToBytes(group.name), group.base.toBytes()];
  const sizes = [u32(threshold), u32(publicKeys.length)];
  return taggedHash('ios/pvss/v1/context', ...names, session, dealer, ...sizes, roster);
};

/** f(x) by powers. */
export const valueAt = (order: bigint, f: readonly bigint[], x: number): bigint =>
  f.reduce((sum, own, j) => (sum + own * BigInt(x) ** BigInt(j)) % order, 0n);

export const secondGenerator = (group: Group): Element =>
  group.hashToElement('ios/pvss/v1/schoenmakers-h', utf8ToBytes(group.name));

/** Where a Schoenmakers dealer can cheat; what is left out is honest. */
export interface Cheat {
  /** What Y_i encrypts, and its proof is about, in place of f(i + 1). */
  readonly value?: (i: number, honest: bigint) => bigint;
  /** Added to a1 and a2 before the challenge. */
  readonly shift?: (i: number) => readonly [Element, Element];
  /** The second base of proof i in place of pk_i. */
  readonly base?: (i: number) => Element;
  /** The challenge in place of H(…). */
  readonly challenge?: (i: number, honest: bigint) => bigint;
  /** What is hashed in place of the commitments. */
  readonly hashedCommitments?: readonly Element[];
  /** What is hashed in place of Y_i. */
  readonly hashedShare?: readonly Element[];
  /** Y_i once the challenge is known. */
  readonly lateShare?: (i: number, share: Element, c: bigint) => Element;
  /** C_0 once the first challenge is known. */
  readonly lateCommitment?: (commitment: Element, c: bigint) => Element;
  /** The index in the hash. */
  readonly index?: (i: number) => number;
}

/** A Schoenmakers dealing of the polynomial f with the nonces w. */
export const schoenmakersDealing = (
  group: Group,
  context: DealingContext,
  f: readonly bigint[],
  w: readonly bigint[],
  cheat: Cheat = {},
): Uint8Array => {
  const { order } = group;
  const h = secondGenerator(group);
  const keys = context.publicKeys.map((bytes) => group.fromBytes(bytes));
  const commitments = f.map((own) => h.multiply(own));
  const values = keys.map((_, i) => {
    const honest = valueAt(order, f, i + 1);
    return cheat.value?.(i, honest) ?? honest;
  });
  const shares = keys.map((key, i) => (cheat.base?.(i) ?? key).multiply(values[i]!));
  const hashed = joined(cheat.hashedCommitments ?? commitments);
  const digest = contextDigest('schoenmakers', group, context);
  const statement = taggedHash('ios/pvss/v1/schoenmakers-statement', digest, h.toBytes(), hashed);
  const proofs = keys.map((key, i) => {
    const [d1, d2] = cheat.shift?.(i) ?? [group.identity, group.identity];
    const a1 = h.multiply(w[i]!).add(d1).toBytes();
    const a2 = (cheat.base?.(i) ?? key).multiply(w[i]!).add(d2).toBytes();
    const index = cheat.index?.(i) ?? i;
    const Y = (cheat.hashedShare ?? [shares[i]!]).map((own) => own.toBytes());
    const honest = hashToScalar(order, 'ios/pvss/v1/schoenmakers-challenge', statement, u32(index), ...Y, a1, a2);
    const c = cheat.challenge?.(i, honest) ?? honest;
    shares[i] = cheat.lateShare?.(i, shares[i]!, c) ?? shares[i]!;
    if (i === 0) commitments[0] = cheat.lateCommitment?.(commitments[0]!, c) ?? commitments[0]!;
    return concatBytes(a1, a2, encodeScalar(order, mod(w[i]! - c * values[i]!, order)));
  });
  return concatBytes(joined(commitments), joined(shares), ...proofs);
};

/** Where a DHPVSS dealer can cheat. */
export interface DhCheat {
  /** Share i in place of f(i + 1)·g. */
  readonly share?: (i: number, honest: Element) => Element;
  readonly shift?: readonly [Element, Element];
  readonly challenge?: (honest: bigint) => bigint;
  /** The factors s_i in place of those that the hash gives. */
  readonly factors?: (honest: readonly bigint[]) => readonly bigint[];
  /** The factors are the hash of other encrypted shares: these. */
  readonly hashed?: (shares: readonly Element[]) => readonly Element[];
}

/** 1 / Π (x_i - x_j), j other than i, at the points 1 to n. */
const inverses = (order: bigint, n: number): bigint[] =>
  Array.from({ length: n }, (_, i) => {
    let product = 1n;
    for (let j = 0; j < n; j++) if (j !== i) product = mod(product * BigInt(i - j), order);
    return inverse(order, product);
  });

/** By Fermat's little theorem. */
export const inverse = (order: bigint, value: bigint): bigint => {
  let result = 1n;
  for (const bit of (order - 2n).toString(2))
    result = (((result * result) % order) * (bit === '1' ? value : 1n)) % order;
  return result;
};

/** The factors s_i of the degree test, scaled by (-1)^(n-1)·(n-1)!. */
export const degreeFactors = (group: Group, statement: Uint8Array, n: number, t: number): bigint[] => {
  const { order } = group;
  const stream = xof('ios/pvss/v1/dhpvss-degree-test', statement);
  const bytes = encodeScalar(order, 0n).length + 16;
  const m = Array.from({ length: n - t }, () => bytesToNumberLE(stream.read(bytes)) % order);
  let scale = n % 2 === 1 ? 1n : -1n;
  for (let i = 1; i < n; i++) scale *= BigInt(i);
  return inverses(order, n).map((own, i) => mod(own * scale * valueAt(order, m, i + 1), order));
};

/** A DHPVSS dealing of the polynomial f with dealer key d and nonce w. */
export const dhDealing = (
  group: Group,
  context: DealingContext,
  f: readonly bigint[],
  d: bigint,
  w: bigint,
  cheat: DhCheat = {},
): Uint8Array => {
  const { order, base: g } = group;
  const keys = context.publicKeys.map((bytes) => group.fromBytes(bytes));
  const dealerKey = g.multiply(d);
  const shares = keys.map((key, i) => {
    const honest = g.multiply(valueAt(order, f, i + 1));
    return key.multiply(d).add(cheat.share?.(i, honest) ?? honest);
  });
  const digest = contextDigest('dhpvss', group, context);
  const hashed = cheat.hashed?.(shares) ?? shares;
  const statement = taggedHash('ios/pvss/v1/dhpvss-statement', digest, joined([dealerKey, ...hashed]));
  const honest = degreeFactors(group, statement, keys.length, context.threshold);
  const factors = cheat.factors?.(honest) ?? honest;
  const U = keys.reduce((sum, key, i) => sum.add(key.multiply(factors[i]!)), group.identity);
  const [d1, d2] = cheat.shift ?? [group.identity, group.identity];
  const a1 = g.multiply(w).add(d1).toBytes();
  const a2 = U.multiply(w).add(d2).toBytes();
  const hash = hashToScalar(order, 'ios/pvss/v1/dhpvss-challenge', statement, a1, a2);
  const c = cheat.challenge?.(hash) ?? hash;
  return concatBytes(joined([dealerKey, ...shares]), a1, a2, encodeScalar(order, mod(w - c * d, order)));
};
