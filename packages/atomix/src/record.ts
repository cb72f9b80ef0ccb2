import { bodyWire, MAX_INPUTS, type TransactionBody } from '@ios/ledger';
import * as P from 'micro-packed';

/** Inputs that left the table of outputs, until the transaction is decided: its whole body. */
export interface PendingRecord {
  readonly status: 'pending';
  readonly body: TransactionBody;
}

/** What stays of a committed transaction until every other voter has been shown committed or absent. */
export interface CommittedRecord {
  readonly status: 'committed';
  readonly expiry: number;
  /** 2..256 shards, strictly ascending. */
  readonly voters: readonly number[];
}

/** What a voter keeps under a transaction's id. */
export type HeldRecord = PendingRecord | CommittedRecord;

const voters: P.CoderType<readonly number[]> = /* @__PURE__ */ P.validate(
  P.array(P.U16BE, P.U16BE) as unknown as P.CoderType<readonly number[]>,
  (voters) => {
    if (voters.length < 2 || voters.length > MAX_INPUTS) throw new Error(`${voters.length} voters`);
    if (voters.some((voter, i) => i > 0 && voter <= voters[i - 1]!)) throw new Error('voters ascend strictly');
    return voters;
  },
);

/** Flag u8; 0: the body; 1: expiry u32, number of voters u16, voters u16 each. At most 28 968 bytes. */
export const recordWire: P.CoderType<HeldRecord> = /* @__PURE__ */ P.apply(
  P.tag(P.U8, {
    0: bodyWire,
    1: P.struct({ expiry: P.U32BE, voters }),
  }),
  {
    encode: ({ TAG, data }) =>
      TAG === 0 ? { status: 'pending' as const, body: data } : { status: 'committed' as const, ...data },
    decode: (record: HeldRecord) =>
      record.status === 'pending'
        ? { TAG: 0 as const, data: record.body }
        : { TAG: 1 as const, data: { expiry: record.expiry, voters: record.voters } },
  },
);
