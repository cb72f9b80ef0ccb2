import * as P from 'micro-packed';
import type { Decision } from './application.ts';
import { type Certificate, certificateCoder } from './certificate.ts';
import { BftError } from './errors.ts';
import type { Phase } from './statements.ts';

/** A value with its prepare certificate: what a member is locked on, and what proves a {@link Claim}. */
export interface Prepared {
  readonly digest: Uint8Array;
  readonly certificate: Certificate;
}

/** What a view-change says: this digest (32 bytes) was prepared in this view. */
export interface Claim {
  readonly view: number;
  readonly digest: Uint8Array;
}

/** A member's signed move to `view`, with the highest value that it saw prepared in a lower one. */
export interface ViewChange {
  readonly height: number;
  readonly view: number;
  /** Index of the member. */
  readonly member: number;
  /** Its certificate goes beside the view-change, outside of the signature. */
  readonly prepared: Claim | undefined;
  /** What the schedule asked for, at most 1 024 bytes. */
  readonly attachment: Uint8Array;
  /** By the member's identity key, 64 bytes. */
  readonly signature: Uint8Array;
}

/** A leader's proposal of a digest; in a view above 0 with the n - f view-changes that open the view (new-view). */
export interface Proposal {
  readonly height: number;
  readonly view: number;
  readonly digest: Uint8Array;
  readonly opening: readonly ViewChange[];
  /** The prepare certificate of `digest`, from a view at least as high as each claim among the view-changes. */
  readonly proof: Certificate | undefined;
  /** By the leader's identity key, 64 bytes. */
  readonly signature: Uint8Array;
}

/** A certificate on its way to everyone. */
export interface Certified {
  readonly height: number;
  readonly phase: Phase;
  readonly digest: Uint8Array;
  readonly certificate: Certificate;
}

/** What replicas send each other. */
export type Message =
  | { readonly TAG: 'proposal'; readonly data: Proposal }
  | { readonly TAG: 'certified'; readonly data: Certified }
  | {
      readonly TAG: 'viewChange';
      readonly data: { readonly viewChange: ViewChange; readonly proof: Certificate | undefined };
    }
  | { readonly TAG: 'wantValue'; readonly data: { readonly digest: Uint8Array } }
  | { readonly TAG: 'value'; readonly data: { readonly value: Uint8Array } }
  | { readonly TAG: 'status'; readonly data: { readonly height: number } }
  | { readonly TAG: 'wantDecisions'; readonly data: { readonly from: number } }
  | { readonly TAG: 'decisions'; readonly data: { readonly decisions: readonly Decision[] } };

const digest = P.bytes(32);

const viewChangeFields = {
  height: P.U32BE,
  view: P.U32BE,
  member: P.U16BE,
  prepared: P.optional(P.bool, P.struct({ view: P.U32BE, digest })),
  attachment: P.validate(P.bytes(P.U16BE), (bytes) => {
    if (bytes.length > 1024) throw new BftError('bounds', 'an attachment has at most 1024 bytes');
    return bytes;
  }),
};
const unsignedViewChange = P.struct(viewChangeFields);
const viewChange = P.struct({ ...viewChangeFields, signature: P.bytes(64) });
const proof = P.optional(P.bool, certificateCoder);

const message = P.mappedTag(P.U8, {
  proposal: [
    1,
    P.struct({
      height: P.U32BE,
      view: P.U32BE,
      digest,
      opening: P.array(P.U16BE, viewChange),
      proof,
      signature: P.bytes(64),
    }),
  ],
  certified: [
    2,
    P.struct({
      height: P.U32BE,
      phase: P.map(P.U8, { prepare: 1, commit: 2 }) as P.CoderType<Phase>,
      digest,
      certificate: certificateCoder,
    }),
  ],
  viewChange: [3, P.struct({ viewChange, proof })],
  wantValue: [4, P.struct({ digest })],
  value: [5, P.struct({ value: P.bytes(P.U32BE) })],
  status: [6, P.struct({ height: P.U32BE })],
  wantDecisions: [7, P.struct({ from: P.U32BE })],
  decisions: [
    8,
    P.struct({
      decisions: P.array(
        P.U16BE,
        P.struct({ height: P.U32BE, digest, certificate: certificateCoder, value: P.bytes(P.U32BE) }),
      ),
    }),
  ],
}) as unknown as P.CoderType<Message>;

/** Whether these bytes begin like a message that carries values, the only ones that may be long. */
export const carriesValues = (bytes: Uint8Array): boolean => bytes[0] === 5 || bytes[0] === 8;

/** Encodes a message. */
export const encodeMessage = (value: Message): Uint8Array => message.encode(value);

/** Decodes a message strictly, or undefined: a peer's bad bytes are data. Never allocates more than `bytes` justifies. */
export const decodeMessage = (bytes: Uint8Array): Message | undefined => {
  try {
    return message.decode(bytes);
  } catch {
    return undefined;
  }
};

/** The part of a view-change that its signature covers, encoded. */
export const encodeUnsigned = (value: Omit<ViewChange, 'signature'>): Uint8Array => {
  const { height, view, member, prepared, attachment } = value;
  return unsignedViewChange.encode({ height, view, member, prepared, attachment });
};

/** As many of the decisions, in order from the first, as one message of at most `bytes` holds. */
export const fittingDecisions = (decisions: readonly Decision[], bytes: number): readonly Decision[] => {
  let size = 3;
  const over = decisions.findIndex(({ certificate, value }) => {
    size += 50 + certificate.mask.length + certificate.signature.length + value.length;
    return size > bytes;
  });
  return over < 0 ? decisions : decisions.slice(0, over);
};
