import { type Decision, encodeCertificate, type SignatureClaim } from '@ios/bft';
import type { TrustedNetwork } from '@ios/client';
import { decodeSelectionDecision, encodeSelectionDecision, selectionClaim } from '@ios/client/epochs';
import type { SignOff } from '@ios/drp';
import type { Certificates } from '../shard/certificates.ts';

/** The decision about a selection as the proof of its sign-off. */
export const signOffProof = (attempt: number, { height, certificate }: Decision): Uint8Array =>
  encodeSelectionDecision({ attempt, height, certificate: encodeCertificate(certificate) });

/** What the sign-off of an epoch's selections is verified with. */
export interface SignOffOptions extends Pick<TrustedNetwork, 'chain' | 'committee'> {
  readonly epoch: number;
  readonly certificates: Pick<Certificates, 'claims'>;
  /** Decides an Ed25519 signature by ZIP215. */
  readonly isSigned: (claim: SignatureClaim) => boolean;
}

/** A selection is signed off by the commit certificate of an even height of the beacon, which decides it. */
export const beaconSignOff = ({ epoch, certificates, isSigned, ...network }: SignOffOptions): SignOff => ({
  verify(bytes, selectionDigest) {
    const decided = decodeSelectionDecision(bytes);
    const claim = decided && selectionClaim(network, epoch, decided, selectionDigest);
    const claims = claim && certificates.claims(claim.certificate, claim.endorsed, claim.committee);
    return claims?.every(isSigned) ?? false;
  },
});
