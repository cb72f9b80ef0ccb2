import type { Decision, Schedule } from '@ios/bft';
import { decodeEpochRecord, type EpochRecord } from '@ios/client/epochs';
import { NodeError } from '../errors.ts';
import { leadersBy } from '../shard/committee.ts';

/** Record e stands at height e; genesis is record 0. */
export const FIRST_RECORD = 1;

/** The last record, as far as others need it. */
export interface RecordPlace {
  readonly epoch: number;
  /** rnd(epoch), 32 bytes. */
  readonly randomness: Uint8Array;
}

/** The record that was decided. @throws NodeError `database` for one that is none. */
export const recordIn = ({ height, value }: Pick<Decision, 'height' | 'value'>): EpochRecord => {
  const record = decodeEpochRecord(value);
  if (record === undefined) throw new NodeError('database', 'a record is damaged', { height });
  return record;
};

/** Leaders of the records: record e is led in the order that rnd(e - 1) gives. */
export const recordSchedule = (
  head: () => RecordPlace,
  members: number,
  timeouts: { readonly baseTimeoutMs: number; readonly maxTimeoutMs: number },
): Schedule => leadersBy('record', () => head().randomness, members, timeouts);
