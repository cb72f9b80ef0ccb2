import type { Placement } from '@ios/atomix';
import { decodeRecord, HELD_TABLE } from '@ios/atomix';
import type { Hasher } from '@ios/crypto/merkle';
import type { Clock } from '../clock.ts';
import type { Meter } from '../metrics/meter.ts';
import type { Channel } from '../network/network.ts';
import { createSenderBudgets } from '../shard/sender-budgets.ts';
import type { Store } from '../store/store.ts';
import { createAnswering } from './answering.ts';
import { type Asking, createAsking } from './asking.ts';
import type { CarriedBlock, CarriedChain } from './chain.ts';
import { type Closings, openClosings } from './closings.ts';
import { createHeaders, type HeaderRules, type Headers } from './headers.ts';
import { createIntake } from './intake.ts';
import { createNeeds } from './needs.ts';
import { createOwnBlocks } from './own-blocks.ts';
import { createPeersInTurn } from './peers.ts';
import { createPublishing } from './publishing.ts';
import { createQueues } from './queues.ts';
import { byTurns, type ReadyEntry } from './ready.ts';
import { CARRY_PROTOCOL, type CarryMessage, CLOSINGS_TOPIC, carryTopic, decodeCarry } from './wire.ts';

/** What carriage is made from. */
export interface CarriageOptions extends HeaderRules {
  /** Genesis hash, 32 bytes. */
  readonly chainId: Uint8Array;
  readonly shard: number;
  readonly place: Placement;
  /** Of each shard the names of its validators, in the order of its committee. */
  readonly committees: readonly (readonly string[])[];
  /** This node's own name. */
  readonly self: string;
  readonly chain: CarriedChain;
  readonly store: Pick<Store, 'get' | 'batch' | 'range'>;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly meter: Pick<Meter, 'gauge'>;
  publish(topic: string, bytes: Uint8Array): void;
  send(peer: string, protocol: string, bytes: Uint8Array): boolean;
  /** A transaction that a block of this shard accepted, with its witnesses, encoded. */
  transactionOf(id: Uint8Array): Promise<Uint8Array | undefined>;
  /** A peer asks for a vote on a transaction (encoded), which its shard was shown to have accepted. */
  onTransaction(bytes: Uint8Array, from: string): void;
  /** There is something new to propose. */
  onReady(): void;
  /** How a shard ended an epoch has become known. */
  onClosing(shard: number, epoch: number): void;
  fail(cause: unknown): void;
}

/** The proofs between this shard and the others: what comes, what is asked for, what is given. */
export interface Carriage {
  /** Entries that a proposer can try now, in this order; it leaves out what does not fit. Costs what is taken of it. */
  ready(): Iterable<ReadyEntry>;
  /** Whether there is anything to propose. */
  hasReady(): boolean;
  /** Whether another shard is shown to have accepted a transaction (id, 32 bytes): then a vote against it has a reader. */
  isContested(id: Uint8Array): boolean;
  /** Headers of other shards that were verified: a proof under one of them costs no signature any more. */
  readonly headers: Headers;
  readonly closings: Closings;
  /** A block was appended and executed; told in order. */
  onFinal(block: CarriedBlock): void;
  /** A message of the protocol `carry`. */
  message(peer: string, bytes: Uint8Array): void;
  /** A message of a topic of {@link carriageChannels}. */
  gossip(topic: string, from: string, bytes: Uint8Array): void;
  /** Takes up what the tables of this shard wait for. */
  begin(): void;
  stop(): void;
}

/** The channels that carriage needs. */
export interface CarriageChannels {
  /** Topics that this node joins, and publishes to. */
  readonly topics: readonly Channel[];
  /** Topics that it only publishes to. */
  readonly publishes: readonly Channel[];
  readonly protocols: readonly Channel[];
}

/** The channels of a validator of a shard among `shards`. */
export const carriageChannels = (shard: number, shards: number): CarriageChannels => ({
  topics: [CLOSINGS_TOPIC, carryTopic(shard)],
  publishes: Array.from({ length: shards }, (_, other) => carryTopic(other)).filter((_, other) => other !== shard),
  protocols: [CARRY_PROTOCOL],
});

/** What of one peer is under way at a time, and of all together. */
const PER_PEER = { transactions: 16, bytes: 1 << 20 } as const;
const TOTAL = { transactions: 512, bytes: 32 << 20 } as const;

/** Opens the carriage of one shard. Nothing that a peer sends makes it throw. */
export const createCarriage = async (options: CarriageOptions): Promise<Carriage> => {
  const { shard, place, committees, self, chain, clock, hasher } = options;
  const shards = committees.length;
  const own = committees[shard]!;
  const seat = own.indexOf(self);
  const stretch = own.length > 1 && seat > 0 ? seat / (own.length - 1) : 0;
  let stopped = false;
  const fail = (cause: unknown): void => {
    if (!stopped) options.fail(cause);
  };
  const send = (peer: string, bytes: Uint8Array): boolean => options.send(peer, CARRY_PROTOCOL.name, bytes);

  const headers = createHeaders(options, hasher);
  /** Told once for all that one message brings. */
  let telling = false;
  const onReady = (): void => {
    if (telling) return;
    telling = true;
    queueMicrotask(() => {
      telling = false;
      if (!stopped) options.onReady();
    });
  };
  const needs = createNeeds({ shard, shards, place, onReady });
  const queues = createQueues({ held: chain.held, onReady });
  const blocks = createOwnBlocks(chain, hasher);
  const peers = createPeersInTurn(committees, Math.max(0, seat));
  const asking: Asking = createAsking({
    shard,
    shards,
    chain,
    needs,
    queues,
    blocks,
    peers,
    clock,
    stretch,
    send,
    transactionOf: options.transactionOf,
    fail,
  });
  const publish = createPublishing({
    shard,
    place,
    blocks,
    publish: (receiver, bytes) => options.publish(carryTopic(receiver).name, bytes),
  });
  const intake = createIntake({
    chain: options.chainId,
    shard,
    headers,
    needs,
    queues,
    hasher,
    steps: chain.steps,
    onQueue: asking.onQueue,
  });
  const closings = await openClosings({
    shard,
    shards,
    chain,
    store: options.store,
    headers,
    peers,
    clock,
    stretch,
    send,
    publish: (bytes) => options.publish(CLOSINGS_TOPIC.name, bytes),
    onClosing: options.onClosing,
  });
  const answering = createAnswering({ chain, blocks, closings, clock, send, fail });
  const perPeer = createSenderBudgets(PER_PEER);
  const total = createSenderBudgets(TOTAL);

  /** Runs what a message asks for, while its sender and all together have not too much under way. */
  const within = (peer: string, { length }: Uint8Array, act: () => Promise<void>): void => {
    if (stopped || !perPeer.fits(peer, length) || !total.fits('', length)) return;
    perPeer.charge(peer, length);
    total.charge('', length);
    act()
      .catch(fail)
      .finally(() => {
        perPeer.release(peer, length);
        total.release('', length);
      });
  };

  const act = async (peer: string, message: CarryMessage): Promise<void> => {
    switch (message.kind) {
      case 'ask':
        return answering.serve(peer, message.wants);
      case 'bundle':
        return intake.bundle(message.bundle, peer, true);
      case 'state':
        return intake.state(message.proof, peer);
      case 'plea':
        await intake.bundle(message.bundle, peer, true);
        return stopped ? undefined : options.onTransaction(message.transaction.slice(), peer);
      case 'closing':
        return closings.show(message, peer);
    }
  };

  options.meter.gauge('ios_carriage_waiting_records', () => needs.size - needs.readySize);
  options.meter.gauge('ios_carriage_ready_decisions', () => needs.readySize);
  const ready = (): Iterable<ReadyEntry> => byTurns([needs.ready(), queues.credits(), queues.trims()]);

  return {
    ready,
    hasReady: () => ready()[Symbol.iterator]().next().done !== true,
    isContested: needs.isContested,
    headers,
    closings,
    onFinal(block) {
      if (stopped) return;
      for (const { table, key, new: value } of block.delta) {
        if (table !== HELD_TABLE) continue;
        asking.done(key);
        if (value === undefined) needs.close(key);
        else {
          needs.open(key, decodeRecord(value));
          asking.wait(key);
        }
      }
      for (const { kind, id } of block.steps) if (kind === 'rejected') needs.close(id);
      queues.onFinal();
      const publishes = own[block.known.block.header.height % own.length] === self;
      if (publishes) publish(block).catch(fail);
      closings.onFinal(block, publishes).catch(fail);
    },
    message(peer, bytes) {
      within(peer, bytes, async () => {
        const message = decodeCarry(bytes);
        if (message !== undefined) await act(peer, message);
      });
    },
    gossip(topic, from, bytes) {
      within(from, bytes, async () => {
        const message = decodeCarry(bytes);
        if (topic === CLOSINGS_TOPIC.name && message?.kind === 'closing') await closings.show(message, from);
        if (topic === carryTopic(shard).name && message?.kind === 'bundle')
          await intake.bundle(message.bundle, from, false);
      });
    },
    begin() {
      for (const { table, key, value } of chain.held.entries()) {
        if (table !== HELD_TABLE) continue;
        needs.open(key, decodeRecord(value));
        asking.wait(key);
      }
      // Whoever is not of the committee proposes nothing, and needs no proofs.
      if (seat >= 0) asking.begin();
      closings.begin();
    },
    stop() {
      stopped = true;
      asking.stop();
      answering.stop();
      closings.stop();
    },
  };
};
