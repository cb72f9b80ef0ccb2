import { edwards25519, edwards25519Keys } from '@ios/crypto/edwards25519';
import { createChallenge } from './challenge.ts';
import type { Curve, KeyCurve } from './curve.ts';
import { combine, isEntrySound, isResponse, isSignature } from './response.ts';
import { createRoster, keysOn } from './roster.ts';
import type { Cosigner, CosiScheme, Roster } from './scheme.ts';
import { signatureClaim } from './verify.ts';

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
      keysOn(curve, roster);
      const claim = signatureClaim(roster, mask, message, signature);
      return claim !== undefined && curve.verify(claim.signature, claim.message, claim.publicKey);
    },
  });

/** Collective signatures on edwards25519: what {@link CosiScheme} promises, the result an Ed25519 signature. */
export const edwardsCosi: CosiScheme = /* @__PURE__ */ createCosi({ curve: edwards25519 });

/**
 * `roster` of the scheme over a curve by itself, noble by default: who verifies needs no more, and carries no more. Throws as
 * that does.
 */
export const edwardsRoster = (cosigners: readonly Cosigner[], curve: KeyCurve = edwards25519Keys): Roster =>
  createRoster(curve, cosigners);
