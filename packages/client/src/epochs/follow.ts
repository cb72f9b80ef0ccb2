import { merkleRoot } from '@ios/crypto/merkle';
import { blockHash, headerMismatch } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { NO_STEP_ENTRY, type TrustedNetwork, type TrustedShard } from '../finality/committee.ts';
import { initialRandomness } from '../genesis/identity.ts';
import { type CertifiedValue, claimOf, holds } from './certified.ts';
import { encodeShardEntry } from './entry.ts';
import { pointedEpochs } from './micro-state.ts';
import { type Closing, decodeEpochRecord, type EpochRecord, RECORD_INSTANCE, recordDigest } from './record.ts';

/** How far the records were followed. */
export interface RecordHead {
  /** Epoch of the last record, 0 for genesis. */
  readonly epoch: number;
  /** rnd(epoch), 32 bytes. */
  readonly randomness: Uint8Array;
  /** The record; genesis has none. */
  readonly record: EpochRecord | undefined;
  /** For each shard how it ended its epochs, as far as that is recorded: up to epoch - 1, or less far if it was late. */
  readonly ended: readonly EndedEpochs[];
}

/** How a shard ended its epochs from 0 on. */
export interface EndedEpochs {
  /** Hashes of its micro state blocks, 32 bytes each, by epoch. */
  readonly microStates: readonly Uint8Array[];
  /** Height of the last of them, 0 if there is none. */
  readonly height: number;
}

/** Genesis as record 0: rnd(0), and the registrations as rosters 0 and 1. */
export const recordZero = ({ chain, shards }: Pick<TrustedNetwork, 'chain' | 'shards'>): RecordHead => ({
  epoch: 0,
  randomness: initialRandomness(chain),
  record: undefined,
  ended: shards.map(() => ({ microStates: [], height: 0 })),
});

/**
 * Takes the record that follows, by nothing but genesis and the records before it:
 *
 * 1. It is the record of the next epoch, and its roster is that of genesis, for there is no other registration yet.
 * 2. A quorum of the roster before it committed to it as the record at that height.
 * 3. It shows how shards ended their epochs up to the one before, in the order of their numbers and epochs, none left out: of each
 *    a header of that shard and epoch whose only entry is the micro state, which names the shard's committee and points back at
 *    the micro state blocks of that shard that were shown before. A shard that was late is shown in a later record. That these
 *    blocks are final, and who was late, is the word of the quorum alone.
 *
 * @returns the new head, or undefined where the record does not follow. Any bytes are answered.
 */
export function followRecord(
  network: TrustedNetwork,
  head: RecordHead,
  { height, value, certificate }: CertifiedValue,
): RecordHead | undefined {
  const epoch = head.epoch + 1;
  const record = decodeEpochRecord(value);
  if (record === undefined || record.epoch !== epoch || height !== epoch) return undefined;
  const { length } = network.committee;
  if (record.roster.length !== length || record.roster.some((seat, i) => seat !== i)) return undefined;
  const ended = endedAfter(network, head, record.closings);
  if (ended === undefined) return undefined;
  const decided = { instance: RECORD_INSTANCE, epoch, height, digest: recordDigest(value) };
  const claim = claimOf(network, decided, certificate);
  if (claim === undefined || !holds(claim, network)) return undefined;
  return { epoch, randomness: record.randomness, record, ended };
}

/** What is known of the ends of epochs with these closings; undefined where one of them does not follow. */
function endedAfter(
  { shards }: TrustedNetwork,
  { epoch, ended }: RecordHead,
  closings: readonly Closing[],
): readonly EndedEpochs[] | undefined {
  const after = [...ended];
  let last = 0;
  for (const closing of closings) {
    const { shard } = closing.header;
    const before = after[shard];
    if (before === undefined || shard < last || before.microStates.length > epoch) return undefined;
    if (!endsEpoch(shards[shard]!, before, closing)) return undefined;
    after[shard] = {
      microStates: [...before.microStates, blockHash(closing.header)],
      height: closing.header.height,
    };
    last = shard;
  }
  return after;
}

/** Whether a closing says how the shard ended the first epoch that is not recorded. */
function endsEpoch(
  { shard, scope, seats }: TrustedShard,
  { microStates, height }: EndedEpochs,
  { header, microState }: Closing,
): boolean {
  const epoch = microStates.length;
  const entryRoot = merkleRoot([encodeShardEntry({ kind: 'microState', microState })]);
  const expected = { chain: scope.chain, shard, epoch, stepEntry: NO_STEP_ENTRY, entryRoot };
  if (headerMismatch(header, expected) !== undefined) return false;
  const before = pointedEpochs(epoch);
  return (
    microState.epoch === epoch &&
    // An epoch begins where the one before ended.
    microState.first === height + 1 &&
    microState.first <= header.height &&
    microState.before.length === before.length &&
    microState.before.every(
      (pointer, i) =>
        pointer.epoch === before[i] && bytesToHex(pointer.hash) === bytesToHex(microStates[pointer.epoch]!),
    ) &&
    microState.committee.length === seats.length &&
    microState.committee.every(({ seat, roster }, i) => seat === seats[i] && roster === 0)
  );
}
