import type { CertifiedHeader } from '@ios/atomix';
import { headerClaim } from '@ios/client';
import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Hasher } from '@ios/crypto/merkle';
import { concatBytes } from '@noble/hashes/utils.js';
import type { Layout } from '../layout.ts';
import type { Certificates } from './certificates.ts';

/** What has to hold for headers to be final, and their names to be remembered by. */
export interface HeaderClaims {
  readonly signatures: readonly SignedMessage[];
  readonly names: readonly string[];
}

/** Headers of all shards: which certificates are known to hold, so that each is verified once. */
export interface ForeignHeaders {
  /** What is still to be verified of these headers; undefined where one of them cannot be final. */
  claims(headers: readonly CertifiedHeader[]): HeaderClaims | undefined;
  /** The signatures of these were found good. */
  remember(claims: HeaderClaims): void;
}

/** What headers are verified against. */
export interface ForeignHeadersOptions {
  readonly layout: Layout;
  /** How each shard certifies. */
  readonly certificates: (shard: number) => Pick<Certificates, 'claims'>;
  /** The certificate under which a header was verified before. */
  readonly known: (header: Uint8Array) => Uint8Array | undefined;
  readonly hasher: Hasher;
}

/** How many certificates are remembered: those of the last hours of some shards. */
const REMEMBERED = 16_384;

/** An empty memory. */
export const createForeignHeaders = (options: ForeignHeadersOptions): ForeignHeaders => {
  const { layout, certificates, hasher } = options;
  const good = new Set<string>();
  return {
    claims(headers) {
      const signatures: SignedMessage[] = [];
      const names = new Set<string>();
      for (const { header, certificate } of headers) {
        const before = options.known(header);
        if (before !== undefined && Buffer.compare(before, certificate) === 0) continue;
        const name = nameOf(header, certificate, hasher);
        if (good.has(name) || names.has(name)) continue;
        const claim = headerClaim(layout, header, certificate);
        const stated =
          claim && certificates(claim.final.shard).claims(claim.certificate, claim.endorsed, claim.committee);
        if (stated === undefined) return undefined;
        signatures.push(...stated);
        names.add(name);
      }
      return { signatures, names: [...names] };
    },
    remember({ names }) {
      for (const name of names) {
        good.add(name);
        if (good.size > REMEMBERED) good.delete(good.values().next().value!);
      }
    },
  };
};

const nameOf = (header: Uint8Array, certificate: Uint8Array, { sha256 }: Hasher): string =>
  Buffer.from(sha256(concatBytes(sha256(header), certificate))).toString('latin1');
