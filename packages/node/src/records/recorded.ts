import type { Closing, EpochRecord } from '@ios/client/epochs';
import type { DecisionLog } from '../instance/decision-log.ts';
import { type RecordPlace, recordIn } from './place.ts';

/** How the shards ended their epochs, each certified by its committee. */
export interface Closings {
  /** How a shard ended an epoch; undefined as long as this node does not know. */
  at(shard: number, epoch: number): Promise<Closing | undefined>;
}

/** The last record, and what the records have said of the shards. */
export interface Recorded extends RecordPlace {
  /** Of each shard the first epoch whose end is in no record. */
  readonly next: readonly number[];
}

/** What is recorded after one more record. */
export const afterRecord = ({ next }: Pick<Recorded, 'next'>, record: EpochRecord): Recorded => {
  const { epoch, randomness, closings } = record;
  return {
    epoch,
    randomness,
    next: next.map((first, shard) => first + closings.filter(({ header }) => header.shard === shard).length),
  };
};

/** What the records in a log say, from the first on. */
export const loadRecorded = async (
  log: DecisionLog,
  shards: number,
  initialRandomness: Uint8Array,
): Promise<Recorded> => {
  let recorded: Recorded = { epoch: 0, randomness: initialRandomness, next: Array.from({ length: shards }, () => 0) };
  for await (const decision of log.all()) recorded = afterRecord(recorded, recordIn(decision));
  return recorded;
};

/** What can be recorded of the shards. */
export interface Recordable {
  /** By shard and epoch, without a gap. */
  readonly closings: readonly Closing[];
  /** No shard is late: of each all epochs before the record's are there. */
  readonly isComplete: boolean;
}

/** How the shards ended the epochs that record `epoch` is to show, as far as that is known here. */
export const recordable = async ({ next }: Recorded, epoch: number, known: Closings): Promise<Recordable> => {
  const closings: Closing[] = [];
  let isComplete = true;
  for (const [shard, first] of next.entries())
    for (let ended = first; ended < epoch; ended++) {
      const closing = await known.at(shard, ended);
      if (closing === undefined) {
        isComplete = false;
        break;
      }
      closings.push(closing);
    }
  return { closings, isComplete };
};
