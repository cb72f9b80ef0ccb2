import * as P from 'micro-packed';
import { recordCoder } from '../attachment.ts';
import type { ExclusionRecord } from '../exclusion.ts';

/** The key under which the record is durable. */
export const STORED = 'exclusions';

const stored = /* @__PURE__ */ P.struct({ epoch: P.U32BE, record: recordCoder });

/** The durable form of an epoch's record: epoch u32 big-endian, then the record. */
export const encodeStored = (epoch: number, record: ExclusionRecord): Uint8Array => stored.encode({ epoch, record });

/** The record of the epoch, empty where the bytes are those of another, or none. */
export const decodeStored = (epoch: number, bytes: Uint8Array | undefined): ExclusionRecord => {
  if (bytes === undefined || bytes.length === 0) return [];
  const found = stored.decode(bytes);
  return found.epoch === epoch ? found.record : [];
};
