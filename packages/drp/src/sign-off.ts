import { verify } from '@ios/crypto/ed25519';
import { taggedHash } from '@ios/crypto/transcript';
import * as P from 'micro-packed';
import type { SignOff } from './config.ts';
import { assertInteger, assertLength } from './errors.ts';

/** One server's agreement to a selection. */
export interface Endorsement {
  /** Index of the server. */
  readonly server: number;
  /** By its identity key over `endorsementMessage`, 64 bytes. */
  readonly signature: Uint8Array;
}

const endorsements: P.CoderType<readonly Endorsement[]> = /* @__PURE__ */ P.validate(
  P.array(P.U16BE, P.struct({ server: P.U16BE, signature: P.bytes(64) })) as unknown as P.CoderType<
    readonly Endorsement[]
  >,
  (list) => {
    if (list.some(({ server }, i) => i > 0 && list[i - 1]!.server >= server))
      throw new Error('endorsements stand once each, by ascending server');
    return list;
  },
);

/**
 * What a server signs to agree to a selection, 32 bytes: H(tag ‖ digest of the selection). **It signs one of an attempt, and has
 * made durable which before the signature leaves**; two quorums of n - f then share an honest server, so that no two
 * selections of an attempt are signed off.
 */
export const endorsementMessage = (selectionDigest: Uint8Array): Uint8Array =>
  taggedHash('ios/drp/v1/endorse', selectionDigest);

/** The proof that endorsements make: their number u16, then server u16 and signature 64 of each, by ascending server. */
export const encodeEndorsements = (list: readonly Endorsement[]): Uint8Array => endorsements.encode(list);

/** Decodes a proof strictly, or undefined. */
export const decodeEndorsements = (bytes: Uint8Array): readonly Endorsement[] | undefined => {
  try {
    return endorsements.decode(bytes);
  } catch {
    return undefined;
  }
};

/**
 * The sign-off that needs no consensus beside it: signatures of a quorum of servers, every one of which must hold.
 * @param identities - identity keys of the roster, 32 bytes each, in its order
 * @param quorum - n - f, from 1 to the number of servers
 * @param isSigned - checks one Ed25519 signature under ZIP215; noble's when left out
 * @throws DrpError `out-of-range` or `bad-length`
 */
export const createQuorumSignOff = (
  identities: readonly Uint8Array[],
  quorum: number,
  isSigned: typeof verify = verify,
): SignOff => {
  assertInteger(quorum, 1, identities.length, 'quorum');
  for (const identity of identities) assertLength(identity, 32, 'identity');
  return {
    verify: (proof, selectionDigest) => {
      const list = decodeEndorsements(proof);
      if (list === undefined || list.length < quorum || list.length > identities.length) return false;
      const message = endorsementMessage(selectionDigest);
      return list.every(({ server, signature }) => {
        const identity = identities[server];
        return identity !== undefined && isSigned(signature, message, identity);
      });
    },
  };
};
