import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import * as P from 'micro-packed';
import { dealingDigest } from './dealing.ts';
import type { Layout } from './layout.ts';
import type { Selection } from './selection.ts';

/** All that shows how an output came about. Nothing is ever seeded from its hash: sign-offs and shares are not unique. */
export interface Transcript {
  readonly attempt: number;
  readonly view: number;
  /** Index of the client. */
  readonly client: number;
  /** The proof of the sign-off. */
  readonly proof: Uint8Array;
  /** By ascending group and dealer. */
  readonly secrets: readonly TranscriptSecret[];
  /** 32 bytes. */
  readonly output: Uint8Array;
}

/** A selected dealing as it was signed, with exactly t shares by ascending index. */
export interface TranscriptSecret {
  /** Index of the dealer. */
  readonly dealer: number;
  readonly signedDealing: Uint8Array;
  /** `index` is the receiver's place in the group. */
  readonly shares: readonly { readonly index: number; readonly share: Uint8Array }[];
}

const transcript: P.CoderType<Transcript> = /* @__PURE__ */ P.struct({
  attempt: P.U32BE,
  view: P.U32BE,
  client: P.U16BE,
  proof: P.bytes(P.U32BE),
  secrets: P.array(
    P.U16BE,
    P.struct({
      dealer: P.U16BE,
      signedDealing: P.bytes(P.U32BE),
      shares: P.array(P.U16BE, P.struct({ index: P.U16BE, share: P.bytes(P.U16BE) })),
    }),
  ),
  output: P.bytes(32),
}) as unknown as P.CoderType<Transcript>;

/** The one encoding of a transcript: numbers big-endian, lengths before what varies, as the coder declares them. */
export const encodeTranscript = (value: Transcript): Uint8Array => transcript.encode(value);

/** Decodes a transcript strictly, or undefined. Never allocates more than `bytes` justifies. */
export const decodeTranscript = (bytes: Uint8Array): Transcript | undefined => {
  try {
    return transcript.decode(bytes);
  } catch {
    return undefined;
  }
};

/** The selection that a transcript is of, or undefined where a dealer is not of the layout. */
export const transcriptSelection = ({ id, seats }: Layout, { secrets }: Transcript): Selection | undefined => {
  if (secrets.some(({ dealer }) => seats[dealer] === undefined)) return undefined;
  const entries = secrets.map(({ dealer, signedDealing }) => ({
    group: seats[dealer]!.group,
    dealer,
    digest: dealingDigest(signedDealing),
  }));
  return { session: id, entries };
};

/** The one JSON text of an encoded transcript: bytes in lowercase hex, no spaces, names in this order; undefined for no transcript. */
export const transcriptToJson = (bytes: Uint8Array): string | undefined => {
  const value = decodeTranscript(bytes);
  if (value === undefined) return undefined;
  const { attempt, view, client, proof, secrets, output } = value;
  return JSON.stringify({
    attempt,
    view,
    client,
    proof: bytesToHex(proof),
    secrets: secrets.map(({ dealer, signedDealing, shares }) => ({
      dealer,
      signedDealing: bytesToHex(signedDealing),
      shares: shares.map(({ index, share }) => ({ index, share: bytesToHex(share) })),
    })),
    output: bytesToHex(output),
  });
};

/** The bytes of a transcript from its JSON text; undefined for any text that `transcriptToJson` does not write. */
export const transcriptFromJson = (text: string): Uint8Array | undefined => {
  try {
    const { attempt, view, client, proof, secrets, output } = JSON.parse(text) as JsonTranscript;
    const bytes = encodeTranscript({
      attempt,
      view,
      client,
      proof: hexToBytes(proof),
      secrets: secrets.map(({ dealer, signedDealing, shares }) => ({
        dealer,
        signedDealing: hexToBytes(signedDealing),
        shares: shares.map(({ index, share }) => ({ index, share: hexToBytes(share) })),
      })),
      output: hexToBytes(output),
    });
    return transcriptToJson(bytes) === text ? bytes : undefined;
  } catch {
    return undefined;
  }
};

interface JsonTranscript {
  readonly attempt: number;
  readonly view: number;
  readonly client: number;
  readonly proof: string;
  readonly secrets: readonly {
    readonly dealer: number;
    readonly signedDealing: string;
    readonly shares: readonly { readonly index: number; readonly share: string }[];
  }[];
  readonly output: string;
}
