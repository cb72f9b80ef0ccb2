import * as P from 'micro-packed';
import { entryCoder, listCoder } from './entry.ts';
import type { Entry } from './scheme.ts';

/** An entry on its way to the coordinator, with the number under which its owner committed it. */
export interface Commitment {
  /** Counts the entries of one cosigner in one session, from 0, u32; its signature binds it. */
  readonly serial: number;
  readonly entry: Entry;
}

/** A response on its way to the coordinator. */
export interface Response {
  readonly index: number;
  /** 32 bytes. */
  readonly s: Uint8Array;
  /** By the identity key over the signed message itself, 64 bytes. */
  readonly endorsement: Uint8Array;
}

/** Every message begins with its session (32 bytes) and the index of its coordinator. */
export interface Head {
  readonly session: Uint8Array;
  readonly coordinator: number;
}

/** What coordinator and cosigners send each other. */
export type Message =
  /** Coordinator to all, down the tree: this is to be signed. `signature`: identity of the coordinator, 64 bytes. */
  | {
      readonly TAG: 'announcement';
      readonly data: Head & {
        readonly message: Uint8Array;
        readonly payload: Uint8Array;
        readonly signature: Uint8Array;
      };
    }
  /** Coordinator to one: send me an entry, at least the one of this number. */
  | { readonly TAG: 'ask'; readonly data: Head & { readonly serial: number } }
  /** Coordinator to all, down the tree, or to one: respond to this. `digest`: of the message, 32 bytes. */
  | {
      readonly TAG: 'list';
      readonly data: Head & {
        readonly attempt: number;
        readonly digest: Uint8Array;
        readonly list: readonly Entry[];
        readonly signature: Uint8Array;
      };
    }
  /** Up the tree, or straight to the coordinator. */
  | { readonly TAG: 'entries'; readonly data: Head & { readonly commitments: readonly Commitment[] } }
  /** Up the tree, or straight to the coordinator. `statement`: what it signed for the list that they answer, 32 bytes. */
  | {
      readonly TAG: 'responses';
      readonly data: Head & {
        readonly attempt: number;
        readonly statement: Uint8Array;
        readonly responses: readonly Response[];
      };
    }
  /** Cosigner to coordinator: I will not sign. The reason is at most 256 bytes; `signature` by the identity key, 64 bytes. */
  | { readonly TAG: 'refusal'; readonly data: Head & { readonly reason: Uint8Array; readonly signature: Uint8Array } }
  /** Cosigner to coordinator: the list of this attempt does not have my entry, which is this one. */
  | { readonly TAG: 'mismatch'; readonly data: Head & { readonly attempt: number; readonly commitment: Commitment } };

const head = { session: P.bytes(32), coordinator: P.U16BE };

const ascending = <T>(coder: P.CoderType<T[]>, indexOf: (item: T) => number): P.CoderType<T[]> =>
  P.validate(coder, (items) => {
    if (items.length === 0 || items.some((item, i) => i > 0 && indexOf(items[i - 1]!) >= indexOf(item)))
      throw new Error('items stand once each, by ascending index');
    return items;
  });

const commitment: P.CoderType<Commitment> = P.struct({ serial: P.U32BE, entry: entryCoder });
const response: P.CoderType<Response> = P.struct({ index: P.U16BE, s: P.bytes(32), endorsement: P.bytes(64) });

const message = /* @__PURE__ */ P.mappedTag(P.U8, {
  announcement: [
    1,
    P.struct({ ...head, message: P.bytes(P.U16BE), payload: P.bytes(P.U32BE), signature: P.bytes(64) }),
  ],
  ask: [2, P.struct({ ...head, serial: P.U32BE })],
  list: [3, P.struct({ ...head, attempt: P.U16BE, digest: P.bytes(32), list: listCoder, signature: P.bytes(64) })],
  entries: [4, P.struct({ ...head, commitments: ascending(P.array(P.U16BE, commitment), ({ entry }) => entry.index) })],
  responses: [
    5,
    P.struct({
      ...head,
      attempt: P.U16BE,
      statement: P.bytes(32),
      responses: ascending(P.array(P.U16BE, response), ({ index }) => index),
    }),
  ],
  refusal: [6, P.struct({ ...head, reason: P.bytes(P.U16BE), signature: P.bytes(64) })],
  mismatch: [7, P.struct({ ...head, attempt: P.U16BE, commitment })],
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

/** Whether these bytes are for a coordinator; the others are for cosigners, or for either when they go up the tree. */
export const coordinatorOf = (bytes: Uint8Array): number | undefined =>
  bytes.length >= 35 && bytes[0]! >= 4 ? bytes[33]! * 256 + bytes[34]! : undefined;

/** The greatest length of a message among n cosigners that carry `messageBytes` and `payloadBytes`. */
export const longestMessage = (n: number, messageBytes: number, payloadBytes: number): number =>
  Math.max(105 + messageBytes + payloadBytes, 135 + 134 * n, 293 + 256);
