import * as P from 'micro-packed';

/** The most dealings that one message asks for. */
export const MAX_WANTED = 64;

/** A dealing that is wanted: of whom, and its `dealingDigest`, 32 bytes. */
export interface Wanted {
  readonly dealer: number;
  readonly digest: Uint8Array;
}

/** What servers send each other; every message begins with the id of its session, 32 bytes. */
export type Message =
  /** Client to server: send me your dealing. */
  | { readonly TAG: 'ask'; readonly data: { readonly session: Uint8Array } }
  /** A dealing, to the client or to who wanted it. */
  | {
      readonly TAG: 'dealing';
      readonly data: { readonly session: Uint8Array; readonly dealer: number; readonly signedDealing: Uint8Array };
    }
  /** Send me these dealings, 1 to 64. */
  | { readonly TAG: 'want'; readonly data: { readonly session: Uint8Array; readonly dealings: readonly Wanted[] } }
  /** The sender's shares of the selected dealings of its group, one after another; `digest` is of the selection. */
  | {
      readonly TAG: 'shares';
      readonly data: { readonly session: Uint8Array; readonly digest: Uint8Array; readonly shares: Uint8Array };
    }
  /** Send me your shares of this selection. */
  | { readonly TAG: 'askShares'; readonly data: { readonly session: Uint8Array; readonly digest: Uint8Array } };

const session = { session: P.bytes(32) };

const wanted = /* @__PURE__ */ P.validate(
  P.array(P.U8, P.struct({ dealer: P.U16BE, digest: P.bytes(32) })),
  (dealings) => {
    if (dealings.length === 0 || dealings.length > MAX_WANTED) throw new Error('1 to 64 dealings');
    return dealings;
  },
);

const message = /* @__PURE__ */ P.mappedTag(P.U8, {
  ask: [1, P.struct({ ...session })],
  dealing: [2, P.struct({ ...session, dealer: P.U16BE, signedDealing: P.bytes(P.U32BE) })],
  want: [3, P.struct({ ...session, dealings: wanted })],
  shares: [4, P.struct({ ...session, digest: P.bytes(32), shares: P.bytes(P.U32BE) })],
  askShares: [5, P.struct({ ...session, digest: P.bytes(32) })],
}) as unknown as P.CoderType<Message>;

/** Encodes a message; its parts were bounded by whoever made it. */
export const encodeMessage = (value: Message): Uint8Array => message.encode(value);

/** Decodes a message strictly, or undefined: a peer's bad bytes are data. Never allocates more than `bytes` justifies. */
export const decodeMessage = (bytes: Uint8Array): Message | undefined => {
  try {
    return message.decode(bytes);
  } catch {
    return undefined;
  }
};
