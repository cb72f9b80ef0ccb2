import type { ShardContext } from '@ios/atomix';
import type { Limits } from '@ios/bft';
import { chainName, type Genesis, headerClaim } from '@ios/client';
import type { Hasher } from '@ios/crypto/merkle';
import { encodeTransaction, MAX_BLOCK_BYTES } from '@ios/ledger';
import { type Carriage, carriageChannels, createCarriage } from '../carriage/carriage.ts';
import type { Closings } from '../carriage/closings.ts';
import { CARRY_PROTOCOL } from '../carriage/wire.ts';
import type { Clock } from '../clock.ts';
import type { Instances } from '../instances.ts';
import type { Layout, ShardLayout } from '../layout.ts';
import type { Meter } from '../metrics/meter.ts';
import type { Network } from '../network/network.ts';
import type { Submission } from '../service.ts';
import type { Store } from '../store/store.ts';
import type { Verifier } from '../verifier/verifier.ts';
import { createAdmission } from './admission.ts';
import { createShardApplication, type ExecutedBlock, type ShardApplication, type ShardOptions } from './application.ts';
import type { Certificates } from './certificates.ts';
import { type ChainStore, openChain } from './chain-store.ts';
import { leadersBy } from './committee.ts';
import type { Outputs } from './epoch-entries.ts';
import { randomnessAt } from './epoch-state.ts';
import { createForeignHeaders } from './foreign-headers.ts';
import { createForwarding } from './forwarding.ts';
import { createGossip, decodeBatch, transactionsTopic } from './gossip.ts';
import { createMempool, type Mempool, type MempoolLimits } from './mempool.ts';
import { createOwnerCache } from './owner-cache.ts';
import { createOwnerCheck } from './owner-check.ts';
import type { PoolEntry } from './pool-entry.ts';
import { createQueries, type Queries } from './queries.ts';
import { type RecentBlocks, recentBlocks } from './recent-blocks.ts';
import { createRepetition } from './repetition.ts';
import { createSenderBudgets } from './sender-budgets.ts';
import { createValues } from './values.ts';

/** What a shard of a node is made of. */
export interface ShardParts {
  readonly genesis: Genesis;
  readonly layout: Layout;
  readonly own: ShardLayout;
  /** The name under which this replica is a member. */
  readonly voter: string;
  /** How each shard certifies, and how all validators do. */
  readonly certificates: { of(shard: number): Certificates; readonly roster: Certificates };
  readonly clock: Clock;
  readonly store: Store;
  readonly network: Pick<Network, 'publish' | 'send'>;
  readonly verifier: Verifier;
  readonly hasher: Hasher;
  readonly meter: Meter;
  readonly limits: MempoolLimits;
  fail(cause: unknown): void;
}

/** What the shard is told when it takes part. */
export interface ShardRun extends Pick<ShardOptions, 'onEvidence' | 'onRefusal'> {
  readonly instances: Pick<Instances, 'run'>;
  readonly outputs: Outputs;
  onFinal(block: ExecutedBlock): void;
  /** One more shard, this one or another, is known to have ended an epoch. */
  onClosing(): void;
}

/** The one shard that a node takes part in: its chain, its pool, and what it says to others. */
export interface Shard {
  readonly chain: ChainStore;
  readonly mempool: Mempool;
  readonly queries: Queries;
  /** How this shard and the others ended their epochs. */
  readonly closings: Closings;
  /** Takes an encoded transaction of a client; `from` is charged. */
  submit(bytes: Uint8Array, from: string): Promise<Submission>;
  start(run: ShardRun): Promise<void>;
  /** Takes up what was left undone with other shards, once the network is there. */
  begin(): void;
  /** A message of a peer; false where the protocol is not the shard's. */
  message(peer: string, protocol: string, bytes: Uint8Array): boolean;
  /** A gossiped message; false where the topic is not the shard's. */
  gossip(topic: string, from: string, bytes: Uint8Array): boolean;
  stop(): void;
}

/** Opens the chain of a node's shard, and its pool. @throws NodeError `database` where the stored chain is damaged. */
export const openShard = async (parts: ShardParts): Promise<Shard> => {
  const { genesis, layout, own, clock, store, network, verifier, hasher, meter, fail } = parts;
  const { validators, policy } = genesis;
  const { chain: chainId, place, roster } = layout;
  const { shard, scope, seats, committee } = own;
  const chain = await openChain(
    store,
    { chain: chainId, chainName: chainName(genesis), outputs: genesis.outputs, shard, place, policy },
    hasher,
  );
  const owners = seats.map((seat) => validators[seat]!.owner);
  const context = (): ShardContext => ({
    chain: chainId,
    epoch: chain.epoch.epoch,
    shard,
    height: chain.head.height + 1,
    place,
    lockFee: policy.lockFee,
    hasher,
  });
  const values = createValues(chainId, hasher, () => carriage.ready());
  const blocks = recentBlocks(chain, values);
  const ownerCache = createOwnerCache();
  const checkOwners = createOwnerCheck(verifier, ownerCache);
  const budgets = createSenderBudgets({
    transactions: parts.limits.perPeerTransactions,
    bytes: parts.limits.perPeerBytes,
  });
  let proposeSoon = (): void => {};
  let onClosing = (): void => {};

  const carriage: Carriage = await createCarriage({
    chainId,
    shard,
    place,
    committees: layout.shards.map(({ committee }) => committee.map(({ peer }) => peer)),
    self: parts.voter,
    chain,
    store,
    clock,
    hasher,
    meter,
    headerClaim: (header, certificate) => headerClaim(layout, header, certificate),
    holds: async ({ certificate, endorsed, committee, final }, payer) => {
      const claims = parts.certificates.of(final.shard).claims(certificate, endorsed, committee);
      return claims !== undefined && (await verifier.verify(claims, payer)).every((valid) => valid);
    },
    publish: network.publish,
    send: network.send,
    transactionOf: (id) => acceptedTransaction(chain, blocks, id),
    onTransaction: (bytes, from) => {
      admit(bytes, from, false).catch(fail);
    },
    onReady: () => proposeSoon(),
    onClosing: () => onClosing(),
    fail,
  });
  const headers = createForeignHeaders({ certificates: parts.certificates.of, memory: carriage.headers });

  const gossip = createGossip(clock, network.publish);
  const passOn = ({ transaction, parties }: PoolEntry): void =>
    gossip.push(encodeTransaction(transaction), parties.voters);
  const mempool = createMempool({
    view: chain.view,
    context,
    limits: parts.limits,
    budgets,
    isContested: carriage.isContested,
    hasKnownOwners: ({ transaction }) => ownerCache.unknown(transaction.body.outputs).length === 0,
    onUnchecked: (entries) => {
      for (const entry of entries) checkOwners(entry).then((refusal) => mempool.onChecked(entry.name, refusal), fail);
    },
    onPending: (entries) => {
      // What waits is not passed on: it may spend what does not exist, and costs nothing to make.
      for (const entry of entries) if (entry.own) passOn(entry);
      proposeSoon();
    },
    onRemoved: ({ code }) => meter.count('ios_mempool_removals_total', 1, { code }),
  });
  const repetition = createRepetition(mempool.ordered, passOn);
  const forwarding = createForwarding(clock, passOn);
  const admission = createAdmission({
    home: { shard, place },
    chain,
    mempool,
    verifier,
    hasher,
    budgets,
    checkOwners,
    forwarding,
  });
  const admit = async (bytes: Uint8Array, from: string, isOwn: boolean): Promise<Submission> => {
    const answer = await admission(bytes, { from, own: isOwn });
    const outcome = answer.status === 'rejected' ? answer.code : answer.status;
    meter.count('ios_mempool_submissions_total', 1, { source: isOwn ? 'client' : 'peer', outcome });
    return answer;
  };

  const limits: Limits = {
    valueBytes: policy.blockBytes,
    messageBytes: MAX_BLOCK_BYTES + (1 << 20) - 1,
    pendingPerPeer: 32,
    futurePerPeer: 16,
  };

  const carried = new Set(carriageChannels(shard, layout.shards.length).topics.map(({ name }) => name));

  const start = async ({ instances, ...run }: ShardRun): Promise<void> => {
    const certificates = parts.certificates.of(shard);
    const application: ShardApplication = await instances.run({
      scope,
      committee,
      certificates,
      schedule: leadersBy(`${shard}`, (height) => randomnessAt(chain.epoch, height), committee.length, policy),
      digest: (value) => values.decode(value)?.hash,
      limits,
      application: (command) =>
        createShardApplication({
          ...run,
          self: parts.voter,
          chain,
          mempool,
          values,
          clock,
          verifier,
          hasher,
          scope,
          committee,
          seats,
          owners,
          roster,
          certificates,
          rosterCertificates: parts.certificates.roster,
          headers,
          context,
          ownerCache,
          decisions: carriage,
          policy,
          command,
          onFinal: (block) => {
            meter.count('ios_consensus_blocks_total', 1);
            meter.count('ios_consensus_transactions_total', block.known.ids.length);
            repetition.onFinal();
            carriage.onFinal(block);
            run.onFinal(block);
            if (block.epochEnded) run.onClosing();
          },
          fail,
        }),
    });
    proposeSoon = application.onPending;
    onClosing = run.onClosing;
  };

  return {
    chain,
    mempool,
    queries: createQueries(chain, mempool, blocks, owners),
    closings: carriage.closings,
    submit: (bytes, from) => admit(bytes, from, true),
    start,
    begin: carriage.begin,
    message(peer, protocol, bytes) {
      if (protocol !== CARRY_PROTOCOL.name) return false;
      carriage.message(peer, bytes);
      return true;
    },
    gossip(topic, from, bytes) {
      if (carried.has(topic)) carriage.gossip(topic, from, bytes);
      else if (topic !== transactionsTopic(shard)) return false;
      else for (const transaction of decodeBatch(bytes) ?? []) admit(transaction, from, false).catch(fail);
      return true;
    },
    stop() {
      gossip.stop();
      forwarding.stop();
      carriage.stop();
    },
  };
};

/** A transaction (id, 32 bytes) that a block of this shard accepted, encoded with its witnesses. */
const acceptedTransaction = async (
  chain: Pick<ChainStore, 'steps'>,
  blocks: RecentBlocks,
  id: Uint8Array,
): Promise<Uint8Array | undefined> => {
  const accepted = (await chain.steps(id)).find(({ kind }) => kind === 'accepted');
  const known = accepted && (await blocks(accepted.height));
  return known && encodeTransaction(known.block.transactions[accepted!.index]!);
};
