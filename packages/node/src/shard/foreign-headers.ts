import type { CertifiedHeader } from '@ios/atomix';
import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Headers, VerifiedHeader } from '../carriage/headers.ts';
import type { Certificates } from './certificates.ts';

/** What has to hold for headers to be final, and what is known of them once it does. */
export interface HeaderClaims {
  readonly signatures: readonly SignedMessage[];
  readonly headers: readonly VerifiedHeader[];
}

/** Headers of other shards in blocks: each certificate in them has to hold, and is verified once. */
export interface ForeignHeaders {
  /** What is still to be verified of these headers; undefined where one of them cannot be final. */
  claims(headers: readonly CertifiedHeader[]): HeaderClaims | undefined;
  /** The signatures of these were found good. */
  remember(claims: HeaderClaims): void;
}

/** What headers are verified against. */
export interface ForeignHeadersOptions {
  /** How each shard certifies. */
  readonly certificates: (shard: number) => Pick<Certificates, 'claims'>;
  /** What was verified before, of peers' messages and of blocks. */
  readonly memory: Pick<Headers, 'known' | 'claim' | 'remember'>;
}

/**
 * A block's headers against what is remembered. A header that is known costs nothing under the certificate that was verified;
 * another certificate of it is verified, for a block is all that a later reader has, and takes the place of the first.
 */
export const createForeignHeaders = ({ certificates, memory }: ForeignHeadersOptions): ForeignHeaders => ({
  claims(headers) {
    const signatures: SignedMessage[] = [];
    const verified = new Map<string, VerifiedHeader>();
    for (const { header, certificate } of headers) {
      const before = memory.known(header);
      if (before !== undefined && Buffer.compare(before.certificate, certificate) === 0) continue;
      // The length first: else a certificate could begin with what another header goes on with.
      const name = `${header.length}|${Buffer.concat([header, certificate]).toString('latin1')}`;
      if (verified.has(name)) continue;
      const claim = memory.claim(header, certificate);
      const stated =
        claim && certificates(claim.final.shard).claims(claim.certificate, claim.endorsed, claim.committee);
      if (stated === undefined) return undefined;
      signatures.push(...stated);
      verified.set(name, { header, certificate, final: claim!.final });
    }
    return { signatures, headers: [...verified.values()] };
  },
  remember: ({ headers }) => memory.remember(headers),
});
