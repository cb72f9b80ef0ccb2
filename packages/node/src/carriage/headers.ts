import type { CertifiedHeader, FinalHeader } from '@ios/atomix';
import type { HeaderClaim } from '@ios/client';
import type { Hasher } from '@ios/crypto/merkle';
import { concatBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';

/** What headers are held against. */
export interface HeaderRules {
  /** What a header and its certificate claim, both as a proof has them; undefined where they cannot hold. */
  headerClaim(header: Uint8Array, certificate: Uint8Array): HeaderClaim | undefined;
  /** Whether it holds: signatures, at the expense of `payer`. */
  holds(claim: HeaderClaim, payer: string): Promise<boolean>;
}

/** A header that is final, and the certificate that was verified. */
export interface VerifiedHeader extends CertifiedHeader {
  readonly final: FinalHeader;
}

/**
 * The one memory of verified headers of other shards. What peers show is verified once, whoever sends it and under whatever
 * certificate; what a block shows is added by whoever checked the block.
 */
export interface Headers {
  /**
   * The verified header of these bytes, with the certificate that was verified: whoever checks a block, which has to be valid
   * for all or for none, compares that with the one in the block.
   */
  known(header: Uint8Array): VerifiedHeader | undefined;
  /** What the header says, before its signature is verified. */
  claim(header: Uint8Array, certificate: Uint8Array): HeaderClaim | undefined;
  /** Verifies a header; undefined where it does not hold. */
  verify(
    header: Uint8Array,
    certificate: Uint8Array,
    claim: HeaderClaim,
    payer: string,
  ): Promise<VerifiedHeader | undefined>;
  /** Keeps headers that were verified elsewhere, under these certificates from here on: one alike costs no signature again. */
  remember(verified: readonly VerifiedHeader[]): void;
}

/** How many verified headers are remembered; the oldest are forgotten first. */
export const KNOWN_HEADERS = 4096;

/** An empty memory of headers. */
export const createHeaders = ({ headerClaim, holds }: HeaderRules, hasher: Pick<Hasher, 'sha256'>): Headers => {
  const verified = new Map<string, VerifiedHeader>();
  const underWay = new Map<string, Promise<VerifiedHeader | undefined>>();

  const nameOf = (bytes: Uint8Array): string => Buffer.from(hasher.sha256(bytes)).toString('latin1');

  /** Keeps a copy: no message, and no block, is kept alive by the header in it. */
  const remember = ({ header, certificate, final }: VerifiedHeader): VerifiedHeader => {
    const name = nameOf(header);
    if (!verified.has(name) && verified.size >= KNOWN_HEADERS) verified.delete(verified.keys().next().value!);
    const own = { header: header.slice(), certificate: certificate.slice(), final };
    verified.set(name, own);
    return own;
  };

  return {
    known: (header) => verified.get(nameOf(header)),
    claim: headerClaim,
    verify(header, certificate, claim, payer) {
      const name = nameOf(header);
      // By payer too: nobody's answer waits for signatures that another peer pays for.
      const whole = `${payer} ${nameOf(concatBytes(P.U16BE.encode(header.length), header, certificate))}`;
      const before = underWay.get(whole);
      if (before !== undefined) return before;
      const { final } = claim;
      const made = holds(claim, payer)
        .then((held) => (held ? (verified.get(name) ?? remember({ header, certificate, final })) : undefined))
        .finally(() => underWay.delete(whole));
      underWay.set(whole, made);
      return made;
    },
    remember(all) {
      for (const one of all) remember(one);
    },
  };
};
