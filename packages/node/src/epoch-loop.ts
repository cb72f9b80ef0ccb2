import type { Committee, Limits } from '@ios/bft';
import type { Genesis, Policy } from '@ios/client';
import { initialRandomness } from '@ios/client';
import { MAX_BEACON_PROOF_BYTES, trustBeacon } from '@ios/client/beacon';
import {
  BEACON_INSTANCE,
  beaconDigest,
  beaconPolicy,
  decodeEpochRecord,
  type EpochRecord,
  RECORD_INSTANCE,
  recordDigest,
} from '@ios/client/epochs';
import type { KeyGroups } from '@ios/crypto/keys';
import { failureProbability, type SignKind, type SignOff, selectionDigest, toDecimal } from '@ios/drp';
import { createSchoenmakersPvss, type PvssScheme } from '@ios/pvss';
import { createEcvrf, type Ecvrf } from '@ios/vrf-sortition';
import { type Beacon, createBeacon } from './beacon/beacon.ts';
import { FIRST_BEACON_HEIGHT } from './beacon/position.ts';
import { openTranscripts } from './beacon/transcripts.ts';
import type { Clock } from './clock.ts';
import type { Entropy } from './entropy.ts';
import { openDecisionLog } from './instance/decision-log.ts';
import { createLogApplication, type LogApplicationOptions } from './instance/log-application.ts';
import type { Instances } from './instances.ts';
import type { ShardLayout } from './layout.ts';
import { createBeaconMeter } from './metrics/beacon.ts';
import type { Meter } from './metrics/meter.ts';
import type { Channel, Network } from './network/network.ts';
import type { NodeLog } from './node.ts';
import { FIRST_RECORD, recordSchedule } from './records/place.ts';
import type { Closings } from './records/recorded.ts';
import { createRecords, type Records } from './records/records.ts';
import type { Certificates } from './shard/certificates.ts';
import type { Store } from './store/store.ts';
import type { Verifier } from './verifier/verifier.ts';

/** Tables of the store: what beacon and records decided. */
const BEACON_TABLE = 10;
const RECORD_TABLE = 11;

/** The longest message of beacon and records: a value, or the view-changes that open a view. */
const MAX_MESSAGE_BYTES = 1 << 20;

/** What runs of DRP send each other, transcripts, and the lottery's tickets. */
export const RUNS: Channel = { name: 'drp', maxBytes: MAX_BEACON_PROOF_BYTES };
const TICKETS: Channel = { name: 'tickets', maxBytes: 512 };

/** What the epoch loop says to other nodes beside its two instances. */
export const EPOCH_CHANNELS: { readonly protocols: readonly Channel[]; readonly topics: readonly Channel[] } = {
  protocols: [
    { name: BEACON_INSTANCE, maxBytes: MAX_MESSAGE_BYTES },
    { name: RECORD_INSTANCE, maxBytes: MAX_MESSAGE_BYTES },
    RUNS,
  ],
  topics: [TICKETS],
};

const LIMITS: Limits = {
  valueBytes: 1 << 18,
  messageBytes: MAX_MESSAGE_BYTES - 1,
  pendingPerPeer: 32,
  futurePerPeer: 16,
};

/** The uses of the VRF key and the share key, wherever their secret halves are kept. */
export interface EpochKeys {
  prover(vrf: Pick<Ecvrf, 'prove'>): (alpha: Uint8Array) => Uint8Array;
  sharer(scheme: PvssScheme): (kind: SignKind, message: Uint8Array, signOff: SignOff) => Uint8Array;
}

/** What the epoch loop is made of. */
export interface EpochLoopOptions {
  readonly genesis: Genesis;
  /** Genesis hash, 32 bytes. */
  readonly chainId: Uint8Array;
  /** How the shards ended their epochs, as far as this node knows. */
  readonly closings: Closings;
  /** All validators, and which of them serve which shard. */
  readonly committee: Committee;
  readonly shards: readonly ShardLayout[];
  /** Place among the validators, -1 for an observer. */
  readonly member: number;
  readonly certificates: Certificates;
  readonly keys: EpochKeys;
  /** Where lottery and DRP compute. */
  readonly groups: KeyGroups;
  readonly clock: Clock;
  readonly store: Store;
  readonly entropy: Entropy;
  readonly verifier: Pick<Verifier, 'holds'>;
  readonly network: Pick<Network, 'send' | 'publish' | 'peers'>;
  readonly log: NodeLog;
  readonly meter: Meter;
  /** What an instance tells of misconduct and refusals. */
  readonly reports: (instance: string) => Pick<LogApplicationOptions, 'onEvidence' | 'onRefusal'>;
  /** Starts an instance of the consensus. */
  readonly run: Instances['run'];
  /** A record became final. */
  onRecord(record: EpochRecord): void;
  fail(cause: unknown): void;
}

/** Randomness and records, epoch after epoch, beside the shard. */
export interface EpochLoop {
  readonly beacon: Pick<Beacon, 'output' | 'position' | 'progress' | 'proof'>;
  readonly records: Pick<Records, 'head' | 'at'>;
  /** One more shard is known to have ended an epoch. */
  onClosing(): void;
  /** One more peer is connected. */
  connected(): void;
  message(peer: string, protocol: string, bytes: Uint8Array): void;
  gossip(topic: string, from: string, bytes: Uint8Array): void;
}

/**
 * The epochs of a node (whitepaper sections 5 and 9): 1. once record e - 1 is final the beacon makes rnd(e); 2. the shard ends
 * epoch e - 1 when it holds that; 3. once it has, record e is decided; and so on.
 */
export const startEpochLoop = async (options: EpochLoopOptions): Promise<EpochLoop> => {
  const { genesis, chainId, committee, certificates, clock, store, network, reports, fail, log } = options;
  const { edwards25519, ristretto255 } = options.groups;
  const scheme = createSchoenmakersPvss({ group: ristretto255 });
  const vrf = createEcvrf({ suite: 'ell2', curve: edwards25519 });
  const first = initialRandomness(chainId);
  const { validators, policy } = genesis;
  const demands = beaconPolicy(validators.length);
  log('info', 'As many faulty validators as are tolerated can bias an attempt at randomness with this chance.', {
    chance: toDecimal(failureProbability(validators.length, demands).bias),
    refusedAbove: `2^-${demands.biasBits}`,
  });
  const beaconLog = await openDecisionLog(store, BEACON_TABLE, FIRST_BEACON_HEIGHT);
  const recordLog = await openDecisionLog(store, RECORD_TABLE, FIRST_RECORD);
  let beaconReady = (_height: number): void => {};
  let recordReady = (_height: number): void => {};
  const beacon: Beacon = await createBeacon({
    chain: chainId,
    initialRandomness: first,
    committee,
    servers: validators.map(({ identity, share }) => ({ identity, share })),
    vrfKeys: validators.map(({ vrf }) => vrf),
    member: options.member,
    log: beaconLog,
    transcripts: openTranscripts(store),
    network: trustBeacon(genesis, edwards25519.verify),
    peers: () => network.peers().filter((peer) => committee.some((one) => one.peer === peer)),
    scheme,
    vrf,
    certificates,
    isSigned: ({ signature, message, publicKey }) => edwards25519.verify(signature, message, publicKey),
    verifier: options.verifier,
    keys: { prove: options.keys.prover(vrf), share: options.keys.sharer(scheme) },
    policy,
    clock,
    store,
    entropy: options.entropy,
    send: (peer, bytes) => network.send(peer, RUNS.name, bytes),
    publish: (bytes) => network.publish(TICKETS.name, bytes),
    ready: (height) => beaconReady(height),
    record: () => records.head,
    onOutput: (epoch) => {
      log('info', 'Randomness was decided.', { epoch });
      records.look();
    },
    onProgress: createBeaconMeter(options.meter, clock),
    notice: log,
    fail,
  });
  const records: Records = await createRecords({
    log: recordLog,
    closings: options.closings,
    shards: options.shards.length,
    committee,
    initialRandomness: first,
    outputs: beacon,
    clock,
    lateMs: lateAfter(policy),
    ready: (height) => recordReady(height),
    onRecord: (record) => {
      beacon.look();
      options.onRecord(record);
    },
    fail,
  });
  const common = (instance: string) => ({ clock, fail, ...reports(instance) });
  const beaconInstance = await options.run({
    scope: { chain: chainId, instance: BEACON_INSTANCE },
    committee,
    certificates,
    schedule: beacon.schedule,
    digest: (value) => beaconDigest(value, selectionDigest),
    limits: LIMITS,
    application: (command) => createLogApplication({ log: beaconLog, command, ...common(BEACON_INSTANCE) }, beacon),
  });
  const recordInstance = await options.run({
    scope: { chain: chainId, instance: RECORD_INSTANCE },
    committee,
    certificates,
    schedule: recordSchedule(() => records.head, committee.length, policy),
    digest: (value) => (decodeEpochRecord(value) === undefined ? undefined : recordDigest(value)),
    limits: LIMITS,
    application: (command) => createLogApplication({ log: recordLog, command, ...common(RECORD_INSTANCE) }, records),
  });
  beaconReady = beaconInstance.ready;
  recordReady = recordInstance.ready;

  return {
    beacon,
    records,
    onClosing: records.look,
    connected: beacon.connected,
    message(peer, protocol, bytes) {
      if (protocol === RUNS.name) beacon.message(peer, bytes);
    },
    gossip(topic, from, bytes) {
      if (topic === TICKETS.name) beacon.tickets(from, bytes);
    },
  };
};

/** The longest time that timers can wait, in ms. */
const LONGEST_MS = 2 ** 31 - 1;

/** A shard is late that takes twice as long as the longest epoch of a shard without transactions, in ms. */
const lateAfter = ({ epochMaxBlocks, closingBlocks, idleMs }: Policy): number =>
  Math.min(LONGEST_MS, 2 * (epochMaxBlocks + closingBlocks) * idleMs);
