import type { SignedMessage } from '@ios/crypto/ed25519';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { createChallenge } from './challenge.ts';
import type { Curve } from './curve.ts';
import { combine, isEntrySound, isResponse, isSignature } from './response.ts';
import { createRoster } from './roster.ts';
import type { Cosigner, CosiScheme, Roster } from './scheme.ts';
import { claimOf } from './verify.ts';

/**
 * The scheme over a curve: SpeedyMuSig (Crites, Komlo and Maller, "How to prove Schnorr assuming Schnorr", 2021), that is two
 * nonces and one binding factor for all, keys registered with proofs of possession.
 */
export const createCosi = ({ curve }: { readonly curve: Curve }): CosiScheme =>
  Object.freeze<CosiScheme>({
    roster: (cosigners) => createRoster(curve, cosigners),
    challenge: (roster, message, list) => createChallenge(curve, roster, message, list),
    isResponse: (roster, challenge, index, s) => isResponse(curve, roster, challenge, index, s),
    isEntrySound: (entry) => isEntrySound(curve, entry),
    combine: (challenge, responses) => combine(curve, challenge, responses),
    isSignature: (challenge, signature) => isSignature(curve, challenge, signature),
    verify: (roster, mask, message, signature) => {
      const claim = claimOf(curve, roster, mask, message, signature);
      return claim !== undefined && curve.verify(claim.signature, claim.message, claim.publicKey);
    },
  });

/** Collective signatures on edwards25519: what {@link CosiScheme} promises, the result an Ed25519 signature. */
export const edwardsCosi: CosiScheme = /* @__PURE__ */ createCosi({ curve: edwards25519 });

/** `edwardsCosi.roster` by itself: who verifies needs no more, and carries no more. Throws as that does. */
export const edwardsRoster = (cosigners: readonly Cosigner[]): Roster => createRoster(edwards25519, cosigners);

/**
 * A collective signature as the ordinary Ed25519 signature that it is, for a host's batch or native verifier, or anybody's:
 * `publicKey` is the aggregate key A of the mask, `message` is M = H(tag ‖ roster root ‖ mask ‖ message).
 * @param roster - as `edwardsCosi.roster` returned it
 * @param mask - ceil(n / 8) bytes
 * @param message - any length
 * @param signature - 64 bytes
 * @param curve - the curve of the scheme that made the roster
 * @returns undefined for a mask that does not fit the roster or is empty, and for a signature of another length
 * @throws CosiError `unknown-roster`
 */
export const signatureClaim = (
  roster: Roster,
  mask: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  curve: Curve = edwards25519,
): SignedMessage | undefined => claimOf(curve, roster, mask, message, signature);
