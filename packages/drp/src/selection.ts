import { taggedHash } from '@ios/crypto/transcript';
import * as P from 'micro-packed';
import type { Layout } from './layout.ts';

/** One selected dealing. */
export interface Selected {
  /** Index of the group. */
  readonly group: number;
  /** Index of the dealer in the roster. */
  readonly dealer: number;
  /** `dealingDigest` of its signed dealing, 32 bytes. */
  readonly digest: Uint8Array;
}

/** The inputs that a client chose; they fix the output. */
export interface Selection {
  /** Id of the session, 32 bytes. */
  readonly session: Uint8Array;
  /** By ascending group and dealer, each dealer once. */
  readonly entries: readonly Selected[];
}

const entry = /* @__PURE__ */ P.struct({ group: P.U16BE, dealer: P.U16BE, digest: P.bytes(32) });

const selection: P.CoderType<Selection> = /* @__PURE__ */ P.validate(
  P.struct({ session: P.bytes(32), entries: P.array(P.U16BE, entry) }) as unknown as P.CoderType<Selection>,
  (value) => {
    const orderOf = ({ group, dealer }: Selected): number => group * 65_536 + dealer;
    if (value.entries.some((one, i) => i > 0 && orderOf(value.entries[i - 1]!) >= orderOf(one)))
      throw new Error('entries stand once each, by ascending group and dealer');
    return value;
  },
);

/** The one encoding of a selection: session 32, number of entries u16, then group u16, dealer u16 and digest 32 of each. */
export const encodeSelection = (value: Selection): Uint8Array => selection.encode(value);

/** Decodes a selection strictly, or undefined. Never allocates more than `bytes` justifies. */
export const decodeSelection = (bytes: Uint8Array): Selection | undefined => {
  try {
    return selection.decode(bytes);
  } catch {
    return undefined;
  }
};

/** What is signed off, 32 bytes: H(tag ‖ encoded selection). */
export const selectionDigest = (encoded: Uint8Array): Uint8Array => taggedHash('ios/drp/v1/selection', encoded);

/** Why a selection cannot be signed off, before any dealing is looked at. */
export type SelectionFlaw = 'other-session' | 'wrong-group' | 'excluded-dealer' | 'too-few-dealers';

/** Checks a selection against what the checker knows of the session alone; undefined where nothing is wrong. */
export const selectionFlaw = (layout: Layout, { session, entries }: Selection): SelectionFlaw | undefined => {
  const { id, seats, groups } = layout;
  if (session.some((byte, i) => byte !== id[i])) return 'other-session';
  const counts = groups.map(() => 0);
  for (const { group, dealer } of entries) {
    if (seats[dealer]?.group !== group) return 'wrong-group';
    if (layout.barred.has(dealer)) return 'excluded-dealer';
    counts[group]!++;
  }
  return groups.every(({ threshold }, group) => counts[group]! >= threshold) ? undefined : 'too-few-dealers';
};
