import { type Committee, type Decision, encodeCertificate, type Schedule } from '@ios/bft';
import { NO_STEP_ENTRY } from '@ios/client';
import {
  type CertifiedValue,
  type Closing,
  decodeBeaconValue,
  decodeEpochRecord,
  type EpochRecord,
  encodeEpochRecord,
} from '@ios/client/epochs';
import { NodeError } from '../errors.ts';
import type { DecisionLog } from '../instance/decision-log.ts';
import type { Decider } from '../instance/log-application.ts';
import { leadersBy } from '../shard/committee.ts';
import type { Outputs } from '../shard/epoch-entries.ts';

/** Record e stands at height e; genesis is record 0. */
export const FIRST_RECORD = 1;

/** The last record, as far as the node needs it. */
export interface RecordPlace {
  readonly epoch: number;
  /** rnd(epoch), 32 bytes. */
  readonly randomness: Uint8Array;
}

/** The records that this node holds, and what it takes to decide the next one. */
export interface Records extends Decider {
  readonly head: RecordPlace;
  /** A record with its certificate. */
  at(epoch: number): Promise<CertifiedValue | undefined>;
  /** Something may have come that the next record waits for: an output of the beacon, the end of an epoch. */
  look(): void;
}

/** How the shards ended their epochs, each certified by its committee. */
export interface Closings {
  /** How a shard ended an epoch; undefined as long as this node does not know. */
  at(shard: number, epoch: number): Promise<Closing | undefined>;
}

/** What records are made from. */
export interface RecordsOptions {
  readonly log: DecisionLog;
  readonly closings: Closings;
  /** How many shards there are. */
  readonly shards: number;
  readonly committee: Committee;
  /** rnd(0), 32 bytes. */
  readonly initialRandomness: Uint8Array;
  readonly outputs: Outputs;
  /** View 0 of the height of a record may begin. */
  ready(height: number): void;
  /** A record is final. */
  onRecord(record: EpochRecord): void;
  fail(cause: unknown): void;
}

/**
 * The records (whitepaper sections 5 and 9). Record e follows from what is final elsewhere: rnd(e) from the beacon, and the
 * blocks that ended epoch e - 1 from the shards. So whoever holds all of them makes the same bytes, and agrees to no others.
 *
 * A record waits for every shard: as long as one does not end its epoch, no other begins a second one after it.
 */
export const createRecords = async (options: RecordsOptions): Promise<Records> => {
  const { log, closings, committee, outputs } = options;
  const last = await log.at(log.next - 1);
  let head: RecordPlace = last === undefined ? { epoch: 0, randomness: options.initialRandomness } : placeOf(last);
  let own: { readonly height: number; readonly value: Uint8Array } | undefined;
  let waiting: { readonly height: number; resolve(value: Uint8Array): void }[] = [];
  let stopped = false;

  /** Record `epoch`, once all that it states is final here. */
  const make = async (epoch: number): Promise<Uint8Array | undefined> => {
    const certified = outputs.output(epoch);
    const output = certified && decodeBeaconValue(certified.value);
    if (output?.kind !== 'output') return undefined;
    const ended: Closing[] = [];
    for (let shard = 0; shard < options.shards; shard++) {
      const closing = await closings.at(shard, epoch - 1);
      if (closing === undefined) return undefined;
      ended.push(closing);
    }
    return encodeEpochRecord({
      epoch,
      randomness: output.randomness,
      selection: output.selection,
      closings: ended,
      roster: committee.map((_, seat) => seat),
      registryDeltas: [],
    });
  };

  const look = async (): Promise<void> => {
    const height = log.next;
    if (stopped || own?.height === height) return;
    const value = await make(height);
    if (stopped || value === undefined || log.next !== height || own?.height === height) return;
    own = { height, value };
    options.ready(height);
    for (const one of waiting.filter((one) => one.height === height)) one.resolve(value);
    waiting = waiting.filter((one) => one.height > height);
  };
  const ownAt = (height: number): Promise<Uint8Array> =>
    own?.height === height
      ? Promise.resolve(own.value)
      : new Promise((resolve) => {
          waiting = [...waiting.filter((one) => one.height >= height), { height, resolve }];
        });

  return {
    get head() {
      return head;
    },
    async at(epoch) {
      const found = epoch < FIRST_RECORD ? undefined : await log.at(epoch);
      return found && { height: epoch, value: found.value, certificate: encodeCertificate(found.certificate) };
    },
    look: () => {
      look().catch(options.fail);
    },
    context: (height) => ({ epoch: height, stepEntry: NO_STEP_ENTRY, committee }),
    prepare: look,
    propose: ownAt,
    async check(height, _view, value) {
      const wanted = await ownAt(height);
      return Buffer.compare(wanted, value) === 0 ? undefined : 'it is not the record that follows here';
    },
    async decided(decision) {
      head = placeOf(decision);
      options.onRecord(decodeEpochRecord(decision.value)!);
    },
    stop() {
      stopped = true;
      waiting = [];
    },
  };
};

const placeOf = ({ height, value }: Decision): RecordPlace => {
  const record = decodeEpochRecord(value);
  if (record === undefined) throw new NodeError('database', 'a record is damaged', { height });
  return { epoch: record.epoch, randomness: record.randomness };
};

/** Leaders of the records: record e is led in the order that rnd(e - 1) gives. */
export const recordSchedule = (
  head: () => RecordPlace,
  members: number,
  timeouts: { readonly baseTimeoutMs: number; readonly maxTimeoutMs: number },
): Schedule => leadersBy('record', () => head().randomness, members, timeouts);
