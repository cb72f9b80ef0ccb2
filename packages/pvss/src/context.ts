import type { Element, Group } from '@ios/crypto/group';
import { taggedHash } from '@ios/crypto/transcript';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { decodeElement, u32 } from './codec.ts';
import { assertInteger, assertLength, PvssError } from './errors.ts';
import type { DealingContext } from './scheme.ts';

/** The most shares of a dealing. */
export const MAX_SHARES = 1024;

/** A context that was checked: decoded share keys, and one digest that stands for all of it. */
export interface Bound {
  readonly threshold: number;
  readonly keys: readonly Element[];
  /** 32 bytes that bind scheme, group, session, dealer, threshold and the share keys in their order. */
  readonly digest: Uint8Array;
}

interface Roster {
  readonly keys: readonly Element[];
  readonly digest: Uint8Array;
}

/** Rosters whose decoded keys are kept. */
const KEPT = 16;

/**
 * Checks contexts and binds them. Decoded rosters are kept by their hash, so that shares that are verified one by one
 * do not decode all keys each time, and equal keys are equal objects.
 */
export const contextBinder = (scheme: string, group: Group): ((context: DealingContext) => Bound) => {
  const kept = new Map<string, Roster>();
  const name = [utf8ToBytes(scheme), utf8ToBytes(group.name)];
  const base = group.base.toBytes();
  const rosterOf = (publicKeys: readonly Uint8Array[]): Roster => {
    for (const key of publicKeys) assertLength(key, group.elementLength, 'share key');
    const digest = taggedHash('ios/pvss/v1/roster', utf8ToBytes(group.name), ...publicKeys);
    const id = bytesToHex(digest);
    const roster = kept.get(id) ?? { keys: decodeKeys(group, publicKeys), digest };
    kept.delete(id);
    kept.set(id, roster);
    for (const oldest of kept.keys()) if (kept.size > KEPT) kept.delete(oldest);
    return roster;
  };
  return ({ session, dealer, threshold, publicKeys }) => {
    assertLength(session, 32, 'session');
    assertLength(dealer, 32, 'dealer');
    assertSizes(group, publicKeys.length, threshold);
    const roster = rosterOf(publicKeys);
    const sizes = [u32(threshold), u32(publicKeys.length)];
    const digest = taggedHash('ios/pvss/v1/context', ...name, base, session, dealer, ...sizes, roster.digest);
    return { threshold, keys: roster.keys, digest };
  };
};

/** The same, for one batch: a context that stands in it several times as one object is checked and hashed once. */
export const bindOnce = (bind: (context: DealingContext) => Bound): ((context: DealingContext) => Bound) => {
  const seen = new Map<DealingContext, Bound>();
  return (context) => {
    const bound = seen.get(context) ?? bind(context);
    seen.set(context, bound);
    return bound;
  };
};

/** Throws unless 1 <= t <= n <= MAX_SHARES; in a small group also n < order, so that the points 1 to n differ. */
export const assertSizes = (group: Group, n: number, t: number): void => {
  const most = group.order > BigInt(MAX_SHARES) ? MAX_SHARES : Number(group.order) - 1;
  assertInteger(n, 1, most, 'number of shares');
  assertInteger(t, 1, n, 'threshold');
};

const decodeKeys = (group: Group, publicKeys: readonly Uint8Array[]): Element[] => {
  const seen = new Map<string, number>();
  return publicKeys.map((bytes, index) => {
    const key = decodeElement(group, bytes);
    if (key === undefined || key.equals(group.identity)) {
      throw new PvssError('bad-key', `share key ${index} must encode an element other than the identity`, { index });
    }
    const hex = bytesToHex(bytes);
    const first = seen.get(hex);
    if (first !== undefined)
      throw new PvssError('repeated-key', `share keys ${first} and ${index} are the same`, { first, index });
    seen.set(hex, index);
    return key;
  });
};
