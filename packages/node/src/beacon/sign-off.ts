import { type Decision, decodeCertificate, encodeCertificate, type SignatureClaim } from '@ios/bft';
import type { TrustedNetwork } from '@ios/client';
import { BEACON_INSTANCE, claimOf, signOffDigest } from '@ios/client/epochs';
import type { SignOff } from '@ios/drp';
import * as P from 'micro-packed';
import type { Certificates } from '../shard/certificates.ts';

const proof = P.struct({ attempt: P.U32BE, height: P.U32BE, certificate: P.bytes(null) });

/** The decision about a selection as the proof of its sign-off: attempt u32, height u32, encoded commit certificate. */
export const signOffProof = (attempt: number, { height, certificate }: Decision): Uint8Array =>
  proof.encode({ attempt, height, certificate: encodeCertificate(certificate) });

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
    const decoded = decode(bytes);
    if (decoded === undefined || decoded.height % 2 !== 0) return false;
    const { attempt, height, certificate } = decoded;
    const digest = signOffDigest(epoch, attempt, selectionDigest);
    const claim = claimOf(network, { instance: BEACON_INSTANCE, epoch, height, digest }, certificate);
    const claims = claim && certificates.claims(claim.certificate, claim.endorsed, claim.committee);
    return claims?.every(isSigned) ?? false;
  },
});

const decode = (bytes: Uint8Array): P.UnwrapCoder<typeof proof> | undefined => {
  try {
    const decoded = proof.decode(bytes);
    decodeCertificate(decoded.certificate);
    return decoded;
  } catch {
    return undefined;
  }
};
