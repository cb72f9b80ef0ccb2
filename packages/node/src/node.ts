import { createHeldTables, joinViews } from '@ios/atomix';
import { faults, type Limits, type Scope, type ShareKind, type SignKind, type Statement } from '@ios/bft';
import type { Genesis } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import { BEACON_INSTANCE, type EpochRecord, RECORD_INSTANCE } from '@ios/client/epochs';
import { type Curve, createCosi, type Roster, type Signer } from '@ios/cosi';
import type { SignedMessage } from '@ios/crypto/ed25519';
import { edwards25519 } from '@ios/crypto/edwards25519';
import { type KeyGroups, nobleGroups } from '@ios/crypto/keys';
import type { Hasher } from '@ios/crypto/merkle';
import { type Context, encodeTransaction, MAX_BLOCK_BYTES } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Clock } from './clock.ts';
import type { Entropy } from './entropy.ts';
import { systemEntropy } from './entropy.ts';
import { EPOCH_CHANNELS, type EpochKeys, type EpochLoop, type EpochLoopOptions, startEpochLoop } from './epoch-loop.ts';
import { NodeError } from './errors.ts';
import { type Application, type Instance, type InstanceOptions, startInstance } from './instance/instance.ts';
import { createVoteGuard, type GuardedInstance } from './instance/vote-guard.ts';
import type { VoteMarker } from './keys/vote-marker.ts';
import { signingObserver } from './metrics/consensus.ts';
import { type Meter, noMeter } from './metrics/meter.ts';
import { meteredNetwork } from './metrics/metered-network.ts';
import { meteredStore } from './metrics/metered-store.ts';
import { meteredVerifier } from './metrics/metered-verifier.ts';
import { watchNode } from './metrics/node-gauges.ts';
import type { Channel, Network } from './network/network.ts';
import type { NodeService, Submission } from './service.ts';
import { createAdmission } from './shard/admission.ts';
import { createShardApplication } from './shard/application.ts';
import { type Certificates, collectiveCertificates, signingTimeouts } from './shard/certificates.ts';
import { openChain } from './shard/chain-store.ts';
import { committeeOf, leadersBy, SHARD } from './shard/committee.ts';
import { randomnessAt } from './shard/epoch-state.ts';
import { createGossip, decodeBatch, MAX_BATCH_BYTES, transactionsTopic } from './shard/gossip.ts';
import { createMempool, type MempoolLimits } from './shard/mempool.ts';
import { createOwnerCache } from './shard/owner-cache.ts';
import { createOwnerCheck } from './shard/owner-check.ts';
import type { PoolEntry } from './shard/pool-entry.ts';
import { createQueries } from './shard/queries.ts';
import { createRepetition } from './shard/repetition.ts';
import { createSenderBudgets } from './shard/sender-budgets.ts';
import { createValues, type KnownBlock } from './shard/values.ts';
import type { Store } from './store/store.ts';
import type { Verifier } from './verifier/verifier.ts';
import { VERSION } from './version.ts';

/** The instance that decides the blocks of the one shard that there is. */
const SHARD_INSTANCE = `shard/${SHARD}`;

/** The instances that the key votes in, and after how many heights that is marked beside the key. */
export const VOTING_INSTANCES: readonly GuardedInstance[] = [
  { name: SHARD_INSTANCE, every: 16 },
  { name: BEACON_INSTANCE, every: 1 },
  { name: RECORD_INSTANCE, every: 1 },
];

/** The protocol that the replicas of an instance speak. */
const protocolOf = (instance: string): string => instance.replace('/', '-');

/** The channels that a node's network must have. */
export const NODE_CHANNELS: { readonly protocols: readonly Channel[]; readonly topics: readonly Channel[] } = {
  protocols: [{ name: protocolOf(SHARD_INSTANCE), maxBytes: MAX_BLOCK_BYTES + (1 << 20) }, ...EPOCH_CHANNELS.protocols],
  topics: [{ name: transactionsTopic(SHARD), maxBytes: MAX_BATCH_BYTES }, ...EPOCH_CHANNELS.topics],
};

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
  /** With {@link NODE_CHANNELS}. The node starts and stops it. */
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
  /** Collective signatures by the cosigning keys of genesis, unless given. All nodes must have the same. */
  readonly certificates?: Certificates;
  /** Told of each block that became final here, in order. */
  readonly onFinal?: (block: KnownBlock) => void;
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
 * A validator, or an observer where its identity is not in genesis or its votes were lost: one replica of the shard, its
 * application, and the mempool, over the given network, store and clock. Opens the chain; `start` takes part.
 *
 * @throws NodeError `database` where the stored chain is damaged.
 */
export const createNode = async (options: NodeOptions): Promise<Node> => {
  const { genesis, identity, clock, hasher, log, meter = noMeter } = options;
  const network = meteredNetwork(options.network, meter);
  const store = meteredStore(options.store, meter, clock);
  const verifier = meteredVerifier(options.verifier, meter, clock);
  const chainId = genesisHash(genesis);
  const chain = await openChain(
    store,
    { chain: chainId, chainName: chainName(genesis), outputs: genesis.outputs, policy: genesis.policy },
    hasher,
  );
  const self = bytesToHex(identity.publicKey);
  const committee = committeeOf(genesis.validators.map((validator) => validator.identity));
  const scope = { chain: chainId, instance: SHARD_INSTANCE };
  const guard =
    options.votes &&
    (await createVoteGuard(store, options.votes, { chain: chainId, key: identity.publicKey }, VOTING_INSTANCES));
  const forgotten = guard?.forgotten === true;
  if (forgotten)
    log(
      'error',
      'This key has voted, and this data folder does not know how: the node follows the chain and signs nothing. Restore the folder as it was last used, or retire the key.',
      { identity: self, height: chain.head.height },
    );
  /** The name under which the replica is a member of the committee; whoever has none takes part in nothing that signs. */
  const voter = forgotten ? `${self} without its votes` : self;
  const member = committee.findIndex(({ peer }) => peer === voter);
  const certificates = options.certificates ?? collectiveOf(options, member);
  const context = (): Context => ({ chain: chainId, epoch: chain.epoch.epoch, hasher });
  const values = createValues(hasher);
  const ownerCache = createOwnerCache();
  const checkOwners = createOwnerCheck(verifier, ownerCache);
  const schedule = leadersBy(
    `${SHARD}`,
    (height) => randomnessAt(chain.epoch, height),
    committee.length,
    genesis.policy,
  );
  const limits: Limits = {
    valueBytes: genesis.policy.blockBytes,
    messageBytes: MAX_BLOCK_BYTES + (1 << 20) - 1,
    pendingPerPeer: 32,
    futurePerPeer: 16,
  };
  const owners = genesis.validators.map(({ owner }) => owner);
  const startedAt = clock.now();
  let evidence = 0;
  let halted: string | undefined;
  let started = false;
  /** What runs, by the protocol that it speaks. */
  const instances = new Map<string, { readonly name: string; readonly instance: Instance<Application> }>();
  let stopping: Promise<void> | undefined;

  const halt = (cause: unknown): void => {
    if (halted !== undefined || stopping !== undefined) return;
    halted = cause instanceof Error ? cause.message : String(cause);
    log('error', 'This node stopped taking part.', { why: halted });
    stopInstances();
  };
  const stopInstances = (): void => {
    for (const { instance } of instances.values()) instance.stop();
    gossip.stop();
  };

  let proposeSoon = (): void => {};
  let epochs: EpochLoop | undefined;

  const gossip = createGossip(clock, network.publish);
  const passOn = ({ transaction, parties }: PoolEntry): void =>
    gossip.push(encodeTransaction(transaction), parties.voters);

  const bounds = options.mempool ?? DEFAULT_MEMPOOL;
  const budgets = createSenderBudgets({ transactions: bounds.perPeerTransactions, bytes: bounds.perPeerBytes });
  const mempool = createMempool({
    // One shard holds nothing for others.
    view: joinViews(
      chain.state,
      createHeldTables(() => true),
    ),
    isContested: () => false,
    context,
    limits: bounds,
    budgets,
    hasKnownOwners: ({ transaction }) => ownerCache.unknown(transaction.body.outputs).length === 0,
    onUnchecked: (entries) => {
      for (const entry of entries) checkOwners(entry).then((refusal) => mempool.onChecked(entry.name, refusal), halt);
    },
    onPending: (entries) => {
      // What waits is not passed on: it may spend what does not exist, and costs nothing to make.
      for (const entry of entries) if (entry.own) passOn(entry);
      proposeSoon();
    },
    onRemoved: ({ code }) => meter.count('ios_mempool_removals_total', 1, { code }),
  });
  const repetition = createRepetition(
    () => mempool.ordered(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY),
    passOn,
  );
  const admission = createAdmission({
    home: { shard: SHARD, place: () => SHARD },
    chain,
    mempool,
    verifier,
    hasher,
    budgets,
    checkOwners,
    forward: passOn,
  });
  const admit = async (bytes: Uint8Array, from: string, own: boolean): Promise<Submission> => {
    const answer = await admission(bytes, { from, own });
    const outcome = answer.status === 'rejected' ? answer.code : answer.status;
    meter.count('ios_mempool_submissions_total', 1, { source: own ? 'client' : 'peer', outcome });
    return answer;
  };

  // Nothing is left undecided, and nobody is charged: a replica hears no more from who sent it a false statement.
  const verify = async (statement: Statement): Promise<boolean> => {
    const claims: SignedMessage[] = [...statement.signatures];
    for (const { certificate, endorsed, committee: members } of statement.certificates) {
      const stated = certificates.claims(certificate, endorsed, members);
      if (stated === undefined) return false;
      claims.push(...stated);
    }
    return verifier.holds({ signatures: claims });
  };

  /** What all instances tell of misconduct and refusals. */
  const reports: EpochLoopOptions['reports'] = {
    onEvidence: ({ kind, member, height, view }) => {
      evidence++;
      log('warn', 'A validator signed two statements that contradict each other.', { kind, member, height, view });
    },
    onRefusal: (height, proposer, why) => log('warn', 'A proposal was refused.', { height, proposer, why }),
  };

  /** Starts an instance with what is the same for all: its channel, its keys, its part of the store. */
  const run = async <A extends Application>(
    of: Scope,
    parts: Pick<InstanceOptions<A>, 'schedule' | 'digest' | 'limits' | 'application'>,
  ): Promise<A> => {
    const protocol = protocolOf(of.instance);
    let height = (): number => 0;
    const instance = await startInstance({
      ...parts,
      scope: of,
      self: voter,
      certificates,
      clock,
      store,
      meter,
      host: {
        send: (peer, bytes) => network.send(peer, protocol, bytes),
        broadcast: (bytes) => {
          for (const peer of network.peers()) network.send(peer, protocol, bytes);
        },
        verify,
        sign: async (kind, message) => {
          await guard?.beforeSigning(of.instance, height());
          return isShare(kind) ? certificates.sign(kind, message) : identity.sign(message, kind);
        },
      },
      fail: halt,
    });
    height = () => instance.status().height;
    if (stopping === undefined) instances.set(protocol, { name: of.instance, instance });
    else instance.stop();
    return instance.application;
  };

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
      chainId,
      chain,
      committee,
      member,
      certificates,
      keys: identity,
      groups: options.groups ?? nobleGroups,
      clock,
      store,
      entropy: options.entropy ?? systemEntropy,
      network,
      log,
      meter,
      reports,
      run,
      onRecord: (record) => {
        meter.count('ios_consensus_records_total', 1);
        options.onRecord?.(record);
      },
      fail: halt,
    });
    epochs = loop;
    const shard = await run(scope, {
      schedule,
      digest: (value) => values.decode(value)?.hash,
      limits,
      application: (command) =>
        createShardApplication({
          self: voter,
          chain,
          mempool,
          values,
          clock,
          verifier,
          hasher,
          scope,
          committee,
          certificates,
          owners,
          context,
          ownerCache,
          policy: genesis.policy,
          command,
          onFinal: (block) => {
            meter.count('ios_consensus_blocks_total', 1);
            meter.count('ios_consensus_transactions_total', block.ids.length);
            repetition.onFinal();
            options.onFinal?.(block);
          },
          onEpoch: loop.onShardEpoch,
          outputs: loop.beacon,
          ...reports,
          fail: halt,
        }),
    });
    if (stopping !== undefined) return stopInstances();
    proposeSoon = shard.onPending;
    await network.start({
      message: (peer, protocol, bytes) => {
        const instance = instances.get(protocol)?.instance;
        if (instance === undefined) loop.message(peer, protocol, bytes);
        else instance.message(peer, bytes);
      },
      gossip: (topic, from, bytes) => {
        if (halted !== undefined) return;
        if (topic !== transactionsTopic(SHARD)) return loop.gossip(topic, from, bytes);
        for (const transaction of decodeBatch(bytes) ?? []) admit(transaction, from, false).catch(halt);
      },
      connected: (peer) => log('info', 'A peer is connected.', { peer }),
      disconnected: (peer) => log('info', 'A peer is gone.', { peer }),
    });
    for (const { instance } of instances.values()) await instance.application.begin();
  };

  const stop = async (): Promise<void> => {
    stopInstances();
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
    submit: (bytes, from) => admit(bytes, from, true),
    ...createQueries(chain, mempool, owners),
    record: async (epoch) => epochs?.records.at(epoch),
    recorded: () => epochs?.records.head.epoch ?? 0,
    beaconProof: async (epoch) => (epoch > node.recorded() ? undefined : epochs?.beacon.proof(epoch)),
    status: () => {
      const { transactions, bytes, waiting } = mempool.counts();
      const summaries = [...instances.values()].map(({ name, instance }) => ({ name, ...instance.status() }));
      const { view, stage } = summaries.find(({ name }) => name === SHARD_INSTANCE) ?? { view: 0, stage: 'idle' };
      return {
        chain: chainId,
        name: genesis.name,
        version: VERSION,
        identity: self,
        member,
        validators: committee.length,
        epoch: chain.epoch.epoch,
        shard: SHARD,
        shards: 1,
        seats: committee.length,
        height: chain.head.height,
        view,
        stage,
        instances: summaries,
        beacon: epochs?.beacon.progress(),
        peers: network.peers().filter((peer) => committee.some((member) => member.peer === peer)),
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

const isShare = (kind: SignKind | ShareKind): kind is ShareKind => kind.startsWith('share/');

/** Certificates by the cosigning keys that genesis registers. */
const collectiveOf = (options: NodeOptions, member: number): Certificates => {
  const { genesis, identity, curve = edwards25519, meter = noMeter } = options;
  const roster = createCosi({ curve }).roster(
    genesis.validators.map((validator) => ({ key: validator.cosigning, identity: validator.identity })),
  );
  return collectiveCertificates({
    roster,
    curve,
    signer: member < 0 ? undefined : identity.cosigner(roster, member, curve),
    sign: (message, kind) => identity.sign(message, kind),
    timeouts: signingTimeouts(genesis.policy.baseTimeoutMs, faults(genesis.validators.length)),
    observe: signingObserver(meter),
  });
};
