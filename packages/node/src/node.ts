import { faults, type ShareKind, type SignKind } from '@ios/bft';
import type { Genesis } from '@ios/client';
import { BEACON_INSTANCE, type EpochRecord, RECORD_INSTANCE } from '@ios/client/epochs';
import { type Curve, createCosi, type Roster, type Signer } from '@ios/cosi';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { type KeyGroups, nobleGroups } from '@ios/crypto/keys';
import type { Hasher } from '@ios/crypto/merkle';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Clock } from './clock.ts';
import { type Entropy, systemEntropy } from './entropy.ts';
import { type EpochKeys, type EpochLoop, type EpochLoopOptions, startEpochLoop } from './epoch-loop.ts';
import { NodeError } from './errors.ts';
import { createVoteGuard, type GuardedInstance } from './instance/vote-guard.ts';
import { createInstances } from './instances.ts';
import type { VoteMarker } from './keys/vote-marker.ts';
import { type Layout, layoutOf, shardOf } from './layout.ts';
import { signingObserver } from './metrics/consensus.ts';
import { type Meter, noMeter } from './metrics/meter.ts';
import { meteredNetwork } from './metrics/metered-network.ts';
import { meteredStore } from './metrics/metered-store.ts';
import { meteredVerifier } from './metrics/metered-verifier.ts';
import { watchNode } from './metrics/node-gauges.ts';
import type { Network } from './network/network.ts';
import type { NodeService } from './service.ts';
import type { ExecutedBlock } from './shard/application.ts';
import { type Certificates, collectiveCertificates, signingTimeouts } from './shard/certificates.ts';
import type { MempoolLimits } from './shard/mempool.ts';
import { openShard, type ShardParts } from './shard/shard.ts';
import type { Store } from './store/store.ts';
import type { Verifier } from './verifier/verifier.ts';
import { VERSION } from './version.ts';

/** The instances that a key votes in as a validator of a shard, and after how many heights that is marked beside the key. */
export const votingInstances = (shard: number): readonly GuardedInstance[] => [
  { name: `shard/${shard}`, every: 16 },
  { name: BEACON_INSTANCE, every: 1 },
  { name: RECORD_INSTANCE, every: 1 },
];

/** The validator's keys for consensus, wherever their secret halves are kept. */
export interface Identity extends EpochKeys {
  /** The identity key, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The 64-byte Ed25519 signature of a message by the identity key; asked for what consensus says, and nothing else. */
  sign(message: Uint8Array, kind: SignKind | ShareKind): Promise<Uint8Array> | Uint8Array;
  /** The cosigning key as a capability: its place in a roster of this curve is `index`. */
  cosigner(roster: Roster, index: number, curve: Curve): Signer;
}

/** Receives what an operator should know: a sentence, and the facts in it. */
export type NodeLog = (
  level: 'info' | 'warn' | 'error',
  sentence: string,
  facts: Readonly<Record<string, string | number>>,
) => void;

/** Everything that a node is made of; it touches no global. */
export interface NodeOptions {
  readonly genesis: Genesis;
  readonly identity: Identity;
  readonly clock: Clock;
  /** With the channels of {@link nodeChannels}. The node starts and stops it. */
  readonly network: Network;
  /** Opened for this chain. The node closes it when it stops. */
  readonly store: Store;
  readonly verifier: Verifier;
  readonly hasher: Hasher;
  /** What cosigning computes with; noble's edwards25519 by default. */
  readonly curve?: Curve;
  /** What lottery and DRP compute with; noble's by default. */
  readonly groups?: KeyGroups;
  /** Source of fresh bytes for verification in batches; the operating system's by default. */
  readonly entropy?: Entropy;
  readonly log: NodeLog;
  /** Where everything that the node does is measured; nowhere by default. */
  readonly meter?: Meter;
  readonly mempool?: MempoolLimits;
  /** Where the key is marked as one that has voted; without it a data folder that was lost is not noticed. */
  readonly votes?: VoteMarker;
  /** Which shard to follow, for a node that is no validator: the first by default. A validator serves the one it is assigned to. */
  readonly shard?: number;
  /** Collective signatures by the cosigning keys of genesis, unless given. All nodes must have the same. */
  readonly certificates?: Certificates;
  /** Told of each block that became final here, in order. */
  readonly onFinal?: (block: ExecutedBlock) => void;
  /** Told of each record that became final here, in order. */
  readonly onRecord?: (record: EpochRecord) => void;
}

/** A node: what it answers, and its life. */
export interface Node extends NodeService {
  /** Takes part from here on. */
  start(): Promise<void>;
  /** Stops taking part, and closes network, verifier and store. Stopping twice is harmless. */
  stop(): Promise<void>;
}

/** Bounds that suit a node with tens of gigabytes of disk and some hundred megabytes of memory. */
export const DEFAULT_MEMPOOL: MempoolLimits = {
  transactions: 50_000,
  bytes: 64 << 20,
  waitingTransactions: 20_000,
  waitingBytes: 16 << 20,
  perPeerTransactions: 25_000,
  perPeerBytes: 32 << 20,
  rejections: 10_000,
};

/**
 * A validator, or an observer where its identity is not in genesis or its votes were lost: one replica of a shard, of the
 * beacon and of the records, over the given network, store and clock. Opens the chain; `start` takes part.
 *
 * @throws NodeError `database` where the stored chain is damaged.
 */
export const createNode = async (options: NodeOptions): Promise<Node> => {
  const { genesis, identity, clock, log, meter = noMeter } = options;
  const network = meteredNetwork(options.network, meter);
  const store = meteredStore(options.store, meter, clock);
  const verifier = meteredVerifier(options.verifier, meter, clock);
  const layout = layoutOf(genesis);
  const { roster } = layout;
  const own = shardOf(layout, identity.publicKey, options.shard);
  const { shard: number, committee } = own;
  const self = bytesToHex(identity.publicKey);
  const guard =
    options.votes &&
    (await createVoteGuard(
      store,
      options.votes,
      { chain: layout.chain, key: identity.publicKey },
      votingInstances(number),
    ));
  const forgotten = guard?.forgotten === true;
  /** The name under which the replica is a member of committees; whoever has none takes part in nothing that signs. */
  const voter = forgotten ? `${self} without its votes` : self;
  const member = committee.findIndex(({ peer }) => peer === voter);
  const certificates = certificatesOf(options, layout, voter);
  const startedAt = clock.now();
  let evidence = 0;
  let halted: string | undefined;
  let started = false;
  let stopping: Promise<void> | undefined;
  let epochs: EpochLoop | undefined;

  const halt = (cause: unknown): void => {
    if (halted !== undefined || stopping !== undefined) return;
    halted = cause instanceof Error ? cause.message : String(cause);
    log('error', 'This node stopped taking part.', { why: halted });
    stopWorking();
  };
  const instances = createInstances({
    voter,
    roster,
    clock,
    store,
    meter,
    verifier,
    network,
    guard,
    sign: (message, kind) => identity.sign(message, kind),
    fail: halt,
  });
  const shard = await openShard({
    genesis,
    layout,
    own,
    voter,
    certificates,
    clock,
    store,
    network,
    verifier,
    hasher: options.hasher,
    meter,
    limits: options.mempool ?? DEFAULT_MEMPOOL,
    fail: halt,
  });
  const { chain, mempool } = shard;
  const stopWorking = (): void => {
    instances.stop();
    shard.stop();
  };
  if (forgotten)
    log(
      'error',
      'This key has voted, and this data folder does not know how: the node follows the chain and signs nothing. Restore the folder as it was last used, or retire the key.',
      { identity: self, height: chain.head.height },
    );

  const reports: EpochLoopOptions['reports'] = (instance) => ({
    onEvidence: ({ kind, member, height, view }) => {
      evidence++;
      const facts = { instance, kind, member, height, view };
      log('warn', 'A validator signed two statements that contradict each other.', facts);
    },
    onRefusal: (height, proposer, why) => log('warn', 'A proposal was refused.', { instance, height, proposer, why }),
  });

  const start = async (): Promise<void> => {
    if (started || stopping !== undefined)
      throw new NodeError('started', 'a node starts once; make another one to start again');
    started = true;
    try {
      await takePart();
    } catch (cause) {
      // What was closed meanwhile cannot be opened any more.
      if (stopping === undefined) throw cause;
    }
  };

  const takePart = async (): Promise<void> => {
    const loop = await startEpochLoop({
      genesis,
      chainId: layout.chain,
      closings: shard.closings,
      committee: roster,
      shards: layout.shards,
      member: roster.findIndex(({ peer }) => peer === voter),
      certificates: certificates.roster,
      keys: identity,
      groups: options.groups ?? nobleGroups,
      clock,
      store,
      entropy: options.entropy ?? systemEntropy,
      verifier,
      network,
      log,
      meter,
      reports,
      run: instances.run,
      onRecord: (record) => {
        meter.count('ios_consensus_records_total', 1);
        options.onRecord?.(record);
      },
      fail: halt,
    });
    epochs = loop;
    await shard.start({
      instances,
      outputs: loop.beacon,
      ...reports(own.scope.instance),
      onClosing: loop.onClosing,
      onFinal: (block) => options.onFinal?.(block),
    });
    if (stopping !== undefined) return stopWorking();
    await network.start({
      message: (peer, protocol, bytes) => {
        if (instances.message(peer, protocol, bytes) || shard.message(peer, protocol, bytes)) return;
        loop.message(peer, protocol, bytes);
      },
      gossip: (topic, from, bytes) => {
        if (halted === undefined && !shard.gossip(topic, from, bytes)) loop.gossip(topic, from, bytes);
      },
      connected: (peer) => {
        log('info', 'A peer is connected.', { peer });
        instances.connected(peer);
        loop.connected();
      },
      disconnected: (peer) => {
        log('info', 'A peer is gone.', { peer });
        instances.disconnected(peer);
      },
    });
    await instances.begin();
    shard.begin();
  };

  const stop = async (): Promise<void> => {
    stopWorking();
    await network.stop();
    await verifier.close();
    await store.close();
  };

  const node: Node = {
    start,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    submit: shard.submit,
    ...shard.queries,
    record: async (epoch) => epochs?.records.at(epoch),
    recorded: () => epochs?.records.head.epoch ?? 0,
    beaconProof: async (epoch) => (epoch > node.recorded() ? undefined : epochs?.beacon.proof(epoch)),
    status: () => {
      const { transactions, bytes, waiting } = mempool.counts();
      const summaries = instances.summaries();
      const { view, stage } = summaries.find(({ name }) => name === own.scope.instance) ?? { view: 0, stage: 'idle' };
      return {
        chain: layout.chain,
        name: genesis.name,
        version: VERSION,
        identity: self,
        member,
        validators: roster.length,
        epoch: chain.epoch.epoch,
        shard: number,
        shards: layout.shards.length,
        seats: committee.length,
        height: chain.head.height,
        view,
        stage,
        instances: summaries,
        beacon: epochs?.beacon.progress(),
        peers: network.peers().filter((peer) => roster.some((validator) => validator.peer === peer)),
        mempool: { transactions, bytes, waiting },
        evidence,
        halted,
        votesLost: forgotten,
        uptimeMs: clock.now() - startedAt,
      };
    },
  };
  watchNode(meter, node, () => epochs?.beacon.position, mempool);
  return node;
};

/** How the shards and the whole roster certify: by the cosigning keys that genesis registers, unless the options say otherwise. */
const certificatesOf = (
  options: NodeOptions,
  { roster, shards }: Layout,
  voter: string,
): ShardParts['certificates'] => {
  const { genesis, identity, curve = edwards25519, meter = noMeter } = options;
  const collective = (seats: readonly number[]): Certificates => {
    const members = seats.map((seat) => genesis.validators[seat]!);
    const keys = createCosi({ curve }).roster(members.map(({ cosigning: key, identity }) => ({ key, identity })));
    const index = seats.findIndex((seat) => roster[seat]!.peer === voter);
    return collectiveCertificates({
      roster: keys,
      curve,
      signer: index < 0 ? undefined : identity.cosigner(keys, index, curve),
      sign: (message, kind) => identity.sign(message, kind),
      timeouts: signingTimeouts(genesis.policy.baseTimeoutMs, faults(seats.length)),
      observe: signingObserver(meter),
    });
  };
  const given = options.certificates;
  const whole = given ?? collective(roster.map((_, seat) => seat));
  const made = new Map<number, Certificates>();
  return {
    roster: whole,
    of(shard) {
      const { seats } = shards[shard]!;
      const known = given ?? (seats.length === roster.length ? whole : made.get(shard));
      if (known !== undefined) return known;
      const fresh = collective(seats);
      made.set(shard, fresh);
      return fresh;
    },
  };
};
