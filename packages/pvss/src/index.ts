/**
 * Publicly verifiable secret sharing: a dealer shares a secret among n keys so that everybody can check the dealing, any t
 * shares recover the secret, and fewer say nothing about it. Two schemes stand behind one interface, {@link PvssScheme}.
 * @module
 */
import { type Group, ristretto255 } from '@ios/crypto/group';
import { createScheme } from './create.ts';
import { dhpvss } from './dhpvss.ts';
import type { PvssScheme } from './scheme.ts';
import { schoenmakers } from './schoenmakers.ts';

export { MAX_SHARES } from './context.ts';
export { PvssError, type PvssErrorCode } from './errors.ts';
export type { DealingClaim, DealingContext, PvssScheme, ShareClaim } from './scheme.ts';

/**
 * Schoenmakers' scheme (CRYPTO '99) over a group: a dealing has t + 3n elements and n scalars.
 * @param options.group - of prime order, in which the Diffie–Hellman problem is hard to decide
 */
export const createSchoenmakersPvss = ({ group }: { readonly group: Group }): PvssScheme =>
  createScheme(group, schoenmakers(group));

/** {@link createSchoenmakersPvss} over ristretto255: (t + 4n) · 32 bytes a dealing, 128 a share. */
export const schoenmakersPvss: PvssScheme = /* @__PURE__ */ createSchoenmakersPvss({ group: ristretto255 });

/**
 * DHPVSS (Cascudo and David, ASIACRYPT 2022) over a group: a dealing has n + 3 elements and one scalar.
 * @param options.group - of prime order, in which the Diffie–Hellman problem is hard to decide
 */
export const createDhPvss = ({ group }: { readonly group: Group }): PvssScheme => createScheme(group, dhpvss(group));

/** {@link createDhPvss} over ristretto255: (n + 4) · 32 bytes a dealing, 128 a share. */
export const dhPvss: PvssScheme = /* @__PURE__ */ createDhPvss({ group: ristretto255 });
