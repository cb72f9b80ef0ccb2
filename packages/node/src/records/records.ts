import { type Committee, type Decision, encodeCertificate, type Schedule } from '@ios/bft';
import { NO_STEP_ENTRY } from '@ios/client';
import {
  type CertifiedValue,
  decodeBeaconValue,
  decodeEpochRecord,
  decodeShardEntry,
  type EpochRecord,
  encodeEpochRecord,
} from '@ios/client/epochs';
import { decodeBlock } from '@ios/ledger';
import { NodeError } from '../errors.ts';
import type { DecisionLog } from '../instance/decision-log.ts';
import type { Decider } from '../instance/log-application.ts';
import type { ChainStore } from '../shard/chain-store.ts';
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

/** What records are made from. */
export interface RecordsOptions {
  readonly log: DecisionLog;
  readonly chain: Pick<ChainStore, 'lastOf' | 'block'>;
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
 * block that ended epoch e - 1 from the shard. So whoever holds both makes the same bytes, and agrees to no others.
 *
 * There is one shard, and an epoch ends by its block alone: a record waits for it, and no shard can be late.
 */
export const createRecords = async (options: RecordsOptions): Promise<Records> => {
  const { log, chain, committee, outputs } = options;
  const last = await log.at(log.next - 1);
  let head: RecordPlace = last === undefined ? { epoch: 0, randomness: options.initialRandomness } : placeOf(last);
  let own: { readonly height: number; readonly value: Uint8Array } | undefined;
  let waiting: { readonly height: number; resolve(value: Uint8Array): void }[] = [];
  let stopped = false;

  /** Record `epoch`, once all that it states is final here. */
  const make = async (epoch: number): Promise<Uint8Array | undefined> => {
    const certified = outputs.output(epoch);
    const ended = await chain.lastOf(epoch - 1);
    const output = certified && decodeBeaconValue(certified.value);
    const stored = ended && (await chain.block(ended.height));
    if (output?.kind !== 'output' || stored === undefined) return undefined;
    const { header, entries } = decodeBlock(stored.bytes);
    const entry = entries[0] && decodeShardEntry(entries[0]);
    if (entry?.kind !== 'microState')
      throw new NodeError('database', 'the block that ended an epoch is damaged', { epoch: epoch - 1 });
    return encodeEpochRecord({
      epoch,
      randomness: output.randomness,
      selection: output.selection,
      closings: [{ header, microState: entry.microState }],
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
