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
  /** For each shard the hashes of its micro state blocks of epochs 0 .. epoch - 1, 32 bytes each. */
  readonly microStates: readonly (readonly Uint8Array[])[];
}

/** Genesis as record 0: rnd(0), and the registrations as rosters 0 and 1. */
export const recordZero = ({ chain, shards }: Pick<TrustedNetwork, 'chain' | 'shards'>): RecordHead => ({
  epoch: 0,
  randomness: initialRandomness(chain),
  record: undefined,
  microStates: shards.map(() => []),
});

/**
 * Takes the record that follows, by nothing but genesis and the records before it:
 *
 * 1. It is the record of the next epoch, and its roster is that of genesis, for there is no other registration yet.
 * 2. A quorum of the roster before it committed to it as the record at that height.
 * 3. It shows how each shard ended the epoch before, in the order of their numbers: a header of that shard and epoch whose only
 *    entry is the micro state, which names the shard's committee and points back at the micro state blocks of that shard that
 *    the records before have shown. That these blocks are final is the word of the quorum alone.
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
  const { shards } = network;
  if (record.closings.length !== shards.length) return undefined;
  if (!shards.every((shard, j) => endsEpoch(shard, head, record.closings[j]!))) return undefined;
  const decided = { instance: RECORD_INSTANCE, epoch, height, digest: recordDigest(value) };
  const claim = claimOf(network, decided, certificate);
  if (claim === undefined || !holds(claim, network)) return undefined;
  const microStates = record.closings.map(({ header }, j) => [...head.microStates[j]!, blockHash(header)]);
  return { epoch, randomness: record.randomness, record, microStates };
}

function endsEpoch({ shard, scope, seats }: TrustedShard, head: RecordHead, { header, microState }: Closing): boolean {
  const { epoch } = head;
  const microStates = head.microStates[shard]!;
  const entryRoot = merkleRoot([encodeShardEntry({ kind: 'microState', microState })]);
  const expected = { chain: scope.chain, shard, epoch, stepEntry: NO_STEP_ENTRY, entryRoot };
  if (headerMismatch(header, expected) !== undefined) return false;
  const before = pointedEpochs(epoch);
  return (
    microState.epoch === epoch &&
    // An epoch begins where the one before ended.
    microState.first === (head.record?.closings[shard]?.header.height ?? 0) + 1 &&
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
