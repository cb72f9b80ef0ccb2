/**
 * Publicly verifiable secret sharing: a dealer shares a secret among n keys so that everybody can check the dealing, any t
 * shares recover the secret, and fewer say nothing about it. Two schemes stand behind one interface, {@link PvssScheme}.
 * @module
 */
import { type Group, ristretto255 } from '@ios/crypto/group';
import { contextBinder } from './context.ts';
import { createScheme } from './create.ts';
import { dhpvss } from './dhpvss.ts';
import type { DealingContext, PvssScheme } from './scheme.ts';
import { schoenmakers } from './schoenmakers.ts';

export { MAX_SHARES } from './context.ts';
export { PvssError, type PvssErrorCode } from './errors.ts';
export type { DealingClaim, DealingContext, PvssScheme, ShareClaim } from './scheme.ts';
export { open, type Sealed, seal } from './seal.ts';

/** Schoenmakers' scheme, whose dealings prove each share apart. */
export interface SchoenmakersPvss extends PvssScheme {
  /**
   * Which encrypted shares of a dealing are wrong, each checked by itself, exactly and slowly: to say what is wrong with a
   * dealing that did not hold.
   * @returns ascending indices; all of them for bytes that are no dealing
   */
  wrongShares(context: DealingContext, dealing: Uint8Array): number[];
}

/**
 * Schoenmakers' scheme (CRYPTO '99) over a group of prime order in which the Diffie–Hellman problem is hard to decide: a dealing
 * has t + 3n elements and n scalars.
 */
export const createSchoenmakersPvss = ({ group }: { readonly group: Group }): SchoenmakersPvss => {
  const construction = schoenmakers(group);
  const bind = contextBinder(construction.name, group);
  return {
    ...createScheme(group, construction),
    wrongShares: (context, dealing) => construction.wrongShares(bind(context), dealing),
  };
};

/** {@link createSchoenmakersPvss} over ristretto255: (t + 4n) · 32 bytes a dealing, 128 a share. */
export const schoenmakersPvss: SchoenmakersPvss = /* @__PURE__ */ createSchoenmakersPvss({ group: ristretto255 });

/**
 * DHPVSS (Cascudo, David, Garms and Konring, ASIACRYPT 2022) over a group as above: a dealing has n + 3 elements and one
 * scalar.
 */
export const createDhPvss = ({ group }: { readonly group: Group }): PvssScheme => createScheme(group, dhpvss(group));

/** {@link createDhPvss} over ristretto255: (n + 4) · 32 bytes a dealing, 128 a share. */
export const dhPvss: PvssScheme = /* @__PURE__ */ createDhPvss({ group: ristretto255 });
