import { taggedHash } from '@ios/crypto/transcript';
import { type BlockHeader, decodeHeader, encodeHeader, HEADER_BYTES } from '@ios/ledger';
import * as P from 'micro-packed';
import { ascending, strictly } from './coders.ts';
import { type MicroState, microStateCoder } from './micro-state.ts';

/** The instance that decides the records. */
export const RECORD_INSTANCE = 'record';

/** The header of a micro state block: the header of the last block of an epoch, and the entry in it. */
export interface Closing {
  readonly header: BlockHeader;
  readonly microState: MicroState;
}

/** What all validators agree on once an epoch (whitepaper sections 5 and 9): a light client needs nothing else to go on. */
export interface EpochRecord {
  /** e, u32 from 1; the record stands at height e of its instance. */
  readonly epoch: number;
  /** rnd(e), 32 bytes. */
  readonly randomness: Uint8Array;
  /** H(session, selection) of the run that made it, 32 bytes. */
  readonly selection: Uint8Array;
  /** How the shards ended epoch e - 1, by shard; without a shard that is late, and with all its epochs once it is not. */
  readonly closings: readonly Closing[];
  /** Roster e + 1: seats of the registry, ascending. */
  readonly roster: readonly number[];
  /** What the shards changed in the registry: nothing so far, for genesis is the only registration. */
  readonly registryDeltas: readonly never[];
}

const header: P.CoderType<BlockHeader> = /* @__PURE__ */ P.apply(P.bytes(HEADER_BYTES), {
  encode: decodeHeader,
  decode: encodeHeader,
});

const none: P.CoderType<readonly never[]> = /* @__PURE__ */ P.apply(
  P.validate(P.U16BE, (count) => {
    if (count !== 0) throw new Error('the registry is that of genesis');
    return count;
  }),
  { encode: (): readonly never[] => [], decode: () => 0 },
);

const record: P.CoderType<EpochRecord> = /* @__PURE__ */ P.struct({
  epoch: P.U32BE,
  randomness: P.bytes(32),
  selection: P.bytes(32),
  closings: P.array(P.U16BE, P.struct({ header, microState: microStateCoder })),
  roster: ascending(P.U16BE),
  registryDeltas: none,
}) as unknown as P.CoderType<EpochRecord>;

/** The one encoding: epoch u32, rnd 32, selection 32, closings (u16 number) of header and micro state, roster (u16 number) of u16, u16 0. */
export const encodeEpochRecord = (value: EpochRecord): Uint8Array => record.encode(value);

/** Decodes a record strictly, or undefined. Never allocates more than `bytes` justifies. */
export const decodeEpochRecord = (bytes: Uint8Array): EpochRecord | undefined => strictly(() => record.decode(bytes));

/** The digest of an encoded record, 32 bytes. */
export const recordDigest = (bytes: Uint8Array): Uint8Array => taggedHash('ios/node/v1/record', bytes);
