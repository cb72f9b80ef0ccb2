import { type Certificate, type Committee, decodeCertificate, endorsedBytes, membersOf, quorum } from '@ios/bft';
import * as P from 'micro-packed';
import { NO_STEP_ENTRY, type TrustedNetwork } from '../finality/committee.ts';
import { strictly } from './coders.ts';

/** A decided value of an instance that all validators take part in, with the commit certificate that shows it. */
export interface CertifiedValue {
  /** Height in the instance, u32. */
  readonly height: number;
  readonly value: Uint8Array;
  /** Encoded commit certificate. */
  readonly certificate: Uint8Array;
}

/** Height u32, value and certificate, each behind its length (u16). */
export const certifiedCoder: P.CoderType<CertifiedValue> = /* @__PURE__ */ P.struct({
  height: P.U32BE,
  value: P.bytes(P.U16BE),
  certificate: P.bytes(P.U16BE),
});

/** What has to be verified for a certificate to hold; its mask was found well formed and large enough. */
export interface Claimed {
  readonly certificate: Certificate;
  /** 32 bytes. */
  readonly endorsed: Uint8Array;
  readonly committee: Committee;
}

/** Which decision a certificate is to show, all of it from the verifier's own context. */
export interface Decided {
  readonly instance: string;
  readonly epoch: number;
  readonly height: number;
  /** 32 bytes. */
  readonly digest: Uint8Array;
}

/**
 * What has to hold for `certificate` (encoded) to show a decision of an instance that the roster of the network takes part
 * in; undefined where its bytes are none, or its mask is malformed or below a quorum.
 */
export const claimOf = (
  { chain, committee }: Pick<TrustedNetwork, 'chain' | 'committee'>,
  { instance, epoch, height, digest }: Decided,
  certificate: Uint8Array,
): Claimed | undefined => {
  const decoded = strictly(() => decodeCertificate(certificate));
  const members = decoded && membersOf(decoded.mask, committee.length);
  if (decoded === undefined || members === undefined || members.length < quorum(committee.length)) return undefined;
  const context = { epoch, stepEntry: NO_STEP_ENTRY, committee };
  const slot = { height, view: decoded.view, phase: 'commit' as const };
  return { certificate: decoded, endorsed: endorsedBytes({ chain, instance }, context, slot, digest), committee };
};

/** Whether a claim holds. */
export const holds = (
  { certificate, endorsed, committee }: Claimed,
  { scheme }: Pick<TrustedNetwork, 'scheme'>,
): boolean => scheme.verify(certificate, endorsed, committee);
