import * as P from 'micro-packed';
import { PROOF_LENGTH } from './ecvrf/proof.ts';
import {
  compareExclusions,
  type Exclusion,
  type ExclusionRecord,
  MAX_EXCLUDED,
  type TimeoutClaim,
} from './exclusion.ts';

/** What a member attaches to its view-change: its ticket of the view's drawing if it has it, and what it claims. */
export interface Attachment extends TimeoutClaim {
  /** The proof of its ticket, 80 bytes. */
  readonly pi: Uint8Array | undefined;
}

/** The most bytes of an encoded attachment. */
export const MAX_ATTACHMENT_LENGTH: number = 1 + PROOF_LENGTH + 1 + 2 + 1 + 10 * MAX_EXCLUDED;

const exclusion: P.CoderType<Exclusion> = /* @__PURE__ */ P.struct({ seat: P.U16BE, height: P.U32BE, view: P.U32BE });

/** The one encoding of a record: counted by one byte, ten bytes each (seat u16, height u32, view u32), the oldest first. */
export const recordCoder: P.CoderType<ExclusionRecord> = /* @__PURE__ */ P.validate(
  /* @__PURE__ */ P.array(P.U8, exclusion) as unknown as P.CoderType<ExclusionRecord>,
  (record) => {
    if (record.length > MAX_EXCLUDED || new Set(record.map(({ seat }) => seat)).size < record.length)
      throw new Error('each seat stands once, and there are 90 at most');
    if (record.some((entry, i) => i > 0 && compareExclusions(record[i - 1]!, entry) >= 0))
      throw new Error('the oldest stand first');
    return record;
  },
);

const attachment = /* @__PURE__ */ P.struct({
  pi: P.optional(P.bool, P.bytes(PROOF_LENGTH)),
  waitedFor: P.optional(P.bool, P.U16BE),
  excluded: recordCoder,
});

/** The one encoding of an attachment, 3 to 985 bytes: pi and the name each after a byte 0 or 1, then the record. */
export const encodeAttachment = (value: Attachment): Uint8Array => attachment.encode(value);

/** Decodes an attachment strictly, or undefined: a peer's bad bytes are data. Whether pi holds is asked later. */
export const decodeAttachment = (bytes: Uint8Array): Attachment | undefined => {
  if (bytes.length > MAX_ATTACHMENT_LENGTH) return undefined;
  try {
    return attachment.decode(bytes) as Attachment;
  } catch {
    return undefined;
  }
};
