import * as P from 'micro-packed';
import type { Committee, HeightContext } from './committee.ts';
import { BftError } from './errors.ts';
import { quorum } from './quorum.ts';
import { endorsedBytes, type Scope, type Slot } from './statements.ts';

/** Proof that a quorum endorsed one digest in one slot: the view, who took part, and their signature. */
export interface Certificate {
  readonly view: number;
  /** ceil(n / 8) bytes; member i is bit i mod 8 (least significant first) of byte floor(i / 8); surplus bits are 0. */
  readonly mask: Uint8Array;
  /** What the scheme makes of the endorsements: its length is the scheme's business. */
  readonly signature: Uint8Array;
}

/** The one encoding of a certificate: view u32, mask (u16 length), signature (u32 length), big-endian. */
export const certificateCoder: P.CoderType<Certificate> = P.struct({
  view: P.U32BE,
  mask: P.bytes(P.U16BE),
  signature: P.bytes(P.U32BE),
});

/** Encodes a certificate. */
export const encodeCertificate = (certificate: Certificate): Uint8Array => certificateCoder.encode(certificate);

/** Decodes a certificate strictly. @throws BftError `malformed` on anything but one whole certificate. */
export const decodeCertificate = (bytes: Uint8Array): Certificate => {
  try {
    return certificateCoder.decode(bytes);
  } catch (cause) {
    throw new BftError('malformed', 'not a certificate', { cause });
  }
};

/** The mask with the bits of `indices` set, for a committee of `n`. */
export const maskOf = (indices: readonly number[], n: number): Uint8Array => {
  const mask = new Uint8Array(Math.ceil(n / 8));
  for (const i of indices) {
    if (!Number.isSafeInteger(i) || i < 0 || i >= n) throw new BftError('bounds', `no member ${i} among ${n}`);
    mask[i >> 3]! |= 1 << (i & 7);
  }
  return mask;
};

/** The indices in a mask, ascending, or undefined where its length or a surplus bit does not fit a committee of `n`. */
export const membersOf = (mask: Uint8Array, n: number): number[] | undefined => {
  if (mask.length !== Math.ceil(n / 8)) return undefined;
  const indices: number[] = [];
  for (let i = 0; i < mask.length * 8; i++) {
    if ((mask[i >> 3]! >> (i & 7)) & 1) {
      if (i >= n) return undefined;
      indices.push(i);
    }
  }
  return indices;
};

/** A signature scheme for certificates: a list of signatures, a collective signature, or a fake one in simulations. */
export interface CertificateScheme {
  /** Whether `certificate.signature` is the endorsement of `endorsed` (32 bytes) by exactly the members in the mask. */
  verify(certificate: Certificate, endorsed: Uint8Array, committee: Committee): boolean;
}

/** Everything that {@link verifyCertificate} takes from the verifier's own context. */
export interface CertificateContext {
  readonly scope: Scope;
  readonly context: HeightContext;
  readonly height: number;
  readonly phase: Slot['phase'];
}

/** Whether `certificate` shows that a quorum of the context's committee endorsed `digest` in the context's phase. */
export const verifyCertificate = (
  scheme: CertificateScheme,
  { scope, context, height, phase }: CertificateContext,
  digest: Uint8Array,
  certificate: Certificate,
): boolean => {
  const members = membersOf(certificate.mask, context.committee.length);
  if (members === undefined || members.length < quorum(context.committee.length)) return false;
  const endorsed = endorsedBytes(scope, context, { height, view: certificate.view, phase }, digest);
  return scheme.verify(certificate, endorsed, context.committee);
};
