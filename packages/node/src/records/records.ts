import { type Committee, encodeCertificate } from '@ios/bft';
import { NO_STEP_ENTRY } from '@ios/client';
import {
  type CertifiedValue,
  type Closing,
  decodeBeaconValue,
  decodeEpochRecord,
  type EpochRecord,
  encodeEpochRecord,
} from '@ios/client/epochs';
import type { Clock } from '../clock.ts';
import type { DecisionLog } from '../instance/decision-log.ts';
import type { Decider } from '../instance/log-application.ts';
import type { Outputs } from '../shard/epoch-entries.ts';
import { FIRST_RECORD, type RecordPlace, recordIn } from './place.ts';
import { afterRecord, type Closings, loadRecorded, recordable } from './recorded.ts';

/** The records that this node holds, and what it takes to decide the next one. */
export interface Records extends Decider {
  readonly head: RecordPlace;
  /** A record with its certificate. */
  at(epoch: number): Promise<CertifiedValue | undefined>;
  /** Something may have come that the next record waits for: an output of the beacon, the end of an epoch. */
  look(): void;
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
  readonly clock: Clock;
  /** How long after rnd(e) became known here a shard that has not ended epoch e - 1 is late, in ms. */
  readonly lateMs: number;
  /** View 0 of the height of a record may begin. */
  ready(height: number): void;
  /** A record is final. */
  onRecord(record: EpochRecord): void;
  fail(cause: unknown): void;
}

/**
 * The records (whitepaper sections 5 and 9). Record e follows from what is final elsewhere: rnd(e) from the beacon, and the
 * blocks that ended epochs up to e - 1 from the shards.
 *
 * A record waits for every shard, until one is late here: then this node proposes, and agrees to, a record that lacks what
 * shards have not shown. What it shows is right in any case: every closing is one that this node holds itself. A later record
 * shows what this one lacks.
 */
export const createRecords = async (options: RecordsOptions): Promise<Records> => {
  const { log, committee, outputs, clock } = options;
  let recorded = await loadRecorded(log, options.shards, options.initialRandomness);
  /** The epoch for which shards are late from some time on, and whether that has come. */
  let lateness: { readonly epoch: number; isOver: boolean; cancel(): void } | undefined;
  let told = 0;
  let waiting: { readonly height: number; retry(): Promise<void> }[] = [];
  let stopped = false;

  /** Record `epoch` with these closings; undefined as long as rnd(epoch) is not known here. */
  const recordOf = (epoch: number, closings: readonly Closing[]): Uint8Array | undefined => {
    const certified = outputs.output(epoch);
    const output = certified && decodeBeaconValue(certified.value);
    if (output?.kind !== 'output') return undefined;
    return encodeEpochRecord({
      epoch,
      randomness: output.randomness,
      selection: output.selection,
      closings,
      roster: committee.map((_, seat) => seat),
      registryDeltas: [],
    });
  };
  const isLate = (epoch: number): boolean => lateness?.epoch === epoch && lateness.isOver;

  /** The record that this node would propose, once there is one. */
  const propose = async (epoch: number): Promise<Uint8Array | undefined> => {
    const { closings, isComplete } = await recordable(recorded, epoch, options.closings);
    return isComplete || isLate(epoch) ? recordOf(epoch, closings) : undefined;
  };

  /** Why a record is refused, undefined where it is right; 'pending' as long as that is not known here. */
  const judge = async (epoch: number, value: Uint8Array): Promise<string | undefined> => {
    const wrong = 'it is not the record that follows here';
    const record = decodeEpochRecord(value);
    if (record === undefined) return wrong;
    const shown: Closing[] = [];
    for (const [shard, first] of recorded.next.entries()) {
      const stated = record.closings.filter(({ header }) => header.shard === shard).length;
      if (first + stated > epoch) return wrong;
      for (let ended = first; ended < first + stated; ended++) {
        const closing = await options.closings.at(shard, ended);
        if (closing === undefined) return 'pending';
        shown.push(closing);
      }
      if (first + stated < epoch && !isLate(epoch)) return 'pending';
    }
    const wanted = recordOf(epoch, shown);
    if (wanted === undefined) return 'pending';
    return Buffer.compare(wanted, value) === 0 ? undefined : wrong;
  };

  const look = async (): Promise<void> => {
    const height = log.next;
    if (stopped) return;
    if (lateness?.epoch !== height && outputs.output(height) !== undefined) {
      lateness?.cancel();
      const begun = { epoch: height, isOver: false, cancel: () => {} };
      begun.cancel = clock.setTimeout(() => {
        begun.isOver = true;
        look().catch(options.fail);
      }, options.lateMs);
      lateness = begun;
    }
    if (told < height && (await propose(height)) !== undefined && !stopped && log.next === height) {
      told = height;
      options.ready(height);
    }
    for (const { retry } of [...waiting]) await retry();
  };

  /** What `find` finds, tried again whenever something came; pends for ever where the height is over. */
  const once = <T>(height: number, find: () => Promise<{ readonly found: T } | undefined>): Promise<T> =>
    new Promise((resolve, reject) => {
      const one = {
        height,
        async retry(): Promise<void> {
          if (height < log.next || stopped) {
            waiting = waiting.filter((other) => other !== one);
            return;
          }
          const result = await find();
          if (result === undefined) return;
          waiting = waiting.filter((other) => other !== one);
          resolve(result.found);
        },
      };
      waiting.push(one);
      one.retry().catch(reject);
    });

  return {
    get head() {
      return recorded;
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
    propose: (height) =>
      once(height, async () => {
        const value = await propose(height);
        return value && { found: value };
      }),
    check: (height, _view, value) =>
      once(height, async () => {
        const why = await judge(height, value);
        return why === 'pending' ? undefined : { found: why };
      }),
    async decided(decision) {
      const record = recordIn(decision);
      recorded = afterRecord(recorded, record);
      waiting = waiting.filter(({ height }) => height > decision.height);
      options.onRecord(record);
    },
    stop() {
      stopped = true;
      lateness?.cancel();
      waiting = [];
    },
  };
};
