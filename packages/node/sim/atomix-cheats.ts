import {
  decodeLeaf,
  encodeLeaf,
  encodeShardProof,
  HELD_TABLE,
  type Leaf,
  outboxProver,
  outboxRoot,
  proveState,
} from '@ios/atomix';
import { decodeMessage, encodeCertificate } from '@ios/bft';
import { encodeFinalHeader } from '@ios/client';
import { encodeShardEntry } from '@ios/client/epochs';
import { createBucketTree } from '@ios/crypto/bucket-tree';
import {
  blockHash,
  decodeHeader,
  decodeTransaction,
  encodeHeader,
  encodeTransaction,
  transactionId,
} from '@ios/ledger';
import type { Rng } from '@ios/simulator';
import { bytesToHex } from '@noble/hashes/utils.js';
import { closingOf } from '../src/carriage/closing-header.ts';
import {
  type Bundle,
  CARRY_PROTOCOL,
  type CarryMessage,
  CLOSINGS_TOPIC,
  carryTopic,
  decodeCarry,
  encodeCarry,
} from '../src/carriage/wire.ts';
import type { Clock } from '../src/clock.ts';
import { nodeHasher } from '../src/hasher.ts';
import { protocolOf } from '../src/instances.ts';
import type { Network } from '../src/network/network.ts';
import { createGossip, decodeBatch, transactionsTopic } from '../src/shard/gossip.ts';
import { spoilt } from './atomix-wallets.ts';

/** What one validator of a shard says to others that no honest one does; as a leader it may lie besides. */
export type Cheat =
  /** What it says its shard voted, committed, queued or applied is the contrary, under headers that nobody certified. */
  | 'forger'
  /** It shows prepare certificates for final ones. */
  | 'preparer'
  /** It repeats what anybody ever said between shards, to whomever. */
  | 'replayer'
  /** It neither tells nor answers other shards. */
  | 'withholder'
  /** It sends other shards damaged messages and noise. */
  | 'noise'
  /** It passes on transactions with witnesses that do not hold, before others can. */
  | 'spoiler';

/** All of them. */
export const CHEATS: readonly Cheat[] = ['forger', 'preparer', 'replayer', 'withholder', 'noise', 'spoiler'];

/** Where a cheat is. */
export interface Place {
  readonly shard: number;
  readonly shards: number;
  readonly clock: Clock;
  readonly rng: Rng;
  /** Encoded prepare certificates by the hash of their block in hex: those who cheat tell each other. */
  readonly prepared: Map<string, Uint8Array>;
  /** It has just done what it does. */
  onAct(): void;
}

/** What the replicas of all shards speak. */
export const SHARD_PROTOCOL: string = protocolOf('shard/0');

/** How many messages are kept to be repeated. */
const KEPT = 400;

/** The network of a validator that cheats: its node behind it is honest. */
export const cheating = (network: Network, cheat: Cheat, place: Place): Network => {
  const { shard, shards, clock, rng, prepared, onAct } = place;
  const kept: Uint8Array[] = [];
  /** How its shard ended an epoch. */
  let closing: Extract<CarryMessage, { kind: 'closing' }> | undefined;
  const keep = (bytes: Uint8Array): void => {
    if (kept.length < KEPT) kept.push(bytes.slice());
    else kept[rng.below(KEPT)] = bytes.slice();
  };
  const others = Array.from({ length: shards }, (_, other) => other).filter((other) => other !== shard);
  /** Ids of what it has passed on with bad witnesses, in hex. */
  const passed = new Set<string>();
  const spoil = createGossip(clock, (topic, bytes) => network.publish(topic, bytes));

  /** What it says in place of a message between shards. */
  const instead = (bytes: Uint8Array): readonly Uint8Array[] => {
    const message = decodeCarry(bytes);
    if (message?.kind === 'closing') closing = { ...message, header: message.header.slice() };
    switch (cheat) {
      case 'withholder':
        if (message?.kind === 'ask') return [bytes];
        onAct();
        return [];
      case 'noise':
        onAct();
        return [damaged(bytes, rng), rng.bytes(rng.between(1, 300))];
      case 'replayer':
        if (kept.length > 0) onAct();
        return [bytes, ...Array.from({ length: Math.min(3, kept.length) }, () => rng.pick(kept))];
      case 'spoiler':
        if (message?.kind !== 'plea') return [bytes];
        onAct();
        return [encodeCarry({ ...message, transaction: withBadWitness(message.transaction) })];
      case 'forger':
      case 'preparer': {
        if (message?.kind !== 'bundle' && message?.kind !== 'plea') return [bytes];
        const bundle = cheat === 'forger' ? forged(message.bundle) : raised(message.bundle);
        if (bundle === undefined) return [bytes];
        onAct();
        return [encodeCarry({ ...message, bundle })];
      }
    }
  };

  /** A bundle with the prepare certificate of its block, where one passed by. */
  const raised = (bundle: Bundle): Bundle | undefined => {
    const certificate = prepared.get(bytesToHex(blockHash(decodeHeader(bundle.header.slice()), nodeHasher)));
    return certificate && { ...bundle, certificate };
  };

  /** Answers who wants a vote with the absence of its record from a state that never was. */
  const deny = (peer: string, bytes: Uint8Array): void => {
    const message = decodeCarry(bytes);
    const ended = closing && closingOf(closing.header);
    if (message?.kind !== 'ask' || ended === undefined) return;
    const tree = createBucketTree(nodeHasher);
    const microState = { ...ended.microState, stateRoot: tree.root() };
    const entryRoot = nodeHasher.merkleRoot([encodeShardEntry({ kind: 'microState', microState })]);
    const header = encodeFinalHeader({ header: { ...ended.header, entryRoot }, microState });
    for (const want of message.wants) {
      if (want.kind !== 'vote' && want.kind !== 'done') continue;
      onAct();
      const proof = { header, certificate: closing!.certificate, ...proveState(tree, HELD_TABLE, want.id) };
      network.send(peer, CARRY_PROTOCOL.name, encodeCarry({ kind: 'state', proof: encodeShardProof(proof) }));
    }
  };

  /** What its replica hears or says. */
  const note = (protocol: string, bytes: Uint8Array): void => {
    const message = bytes[0] === 0 && protocol === SHARD_PROTOCOL ? decodeMessage(bytes.subarray(1)) : undefined;
    if (message?.TAG !== 'certified' || message.data.phase !== 'prepare') return;
    prepared.set(bytesToHex(message.data.digest), encodeCertificate(message.data.certificate));
  };

  return {
    ...network,
    start: (handler) =>
      network.start({
        ...handler,
        message(peer, protocol, bytes) {
          note(protocol, bytes);
          if (protocol === CARRY_PROTOCOL.name) keep(bytes);
          if (cheat === 'forger' && protocol === CARRY_PROTOCOL.name) deny(peer, bytes);
          handler.message(peer, protocol, bytes);
        },
        gossip(topic, from, bytes) {
          if (topic === carryTopic(shard).name) keep(bytes);
          if (cheat === 'spoiler' && topic === transactionsTopic(shard))
            for (const transaction of decodeBatch(bytes) ?? []) {
              const id = bytesToHex(transactionId(decodeTransaction(transaction.slice()).body));
              if (passed.has(id)) continue;
              passed.add(id);
              onAct();
              spoil.push(withBadWitness(transaction), [shard, ...others]);
            }
          handler.gossip(topic, from, bytes);
        },
      }),
    publish(topic, bytes) {
      const between = topic === CLOSINGS_TOPIC.name || others.some((other) => topic === carryTopic(other).name);
      for (const said of between ? instead(bytes) : [bytes])
        network.publish(topic, said.length > CLOSINGS_TOPIC.maxBytes && topic === CLOSINGS_TOPIC.name ? bytes : said);
      if (cheat !== 'replayer' || !between || kept.length === 0) return;
      onAct();
      network.publish(carryTopic(rng.pick(others)).name, rng.pick(kept));
    },
    send(peer, protocol, bytes) {
      note(protocol, bytes);
      if (protocol !== CARRY_PROTOCOL.name) return network.send(peer, protocol, bytes);
      let sent = true;
      for (const said of instead(bytes)) sent = network.send(peer, protocol, said);
      return sent;
    },
  };
};

const damaged = (bytes: Uint8Array, rng: Rng): Uint8Array => {
  const copy = bytes.slice();
  copy[rng.below(copy.length)]! ^= 1 << rng.below(8);
  return copy;
};

const withBadWitness = (bytes: Uint8Array): Uint8Array => encodeTransaction(spoilt(decodeTransaction(bytes.slice())));

/** The contrary of what a bundle says, under a header that is right but for that: only the certificate is not its own. */
const forged = ({ header, certificate, runs }: Bundle): Bundle => {
  const leaves = runs.flatMap((run) => run.leaves.map((leaf) => encodeLeaf(contrary(decodeLeaf(leaf)))));
  const prove = outboxProver(leaves, nodeHasher);
  const fields = decodeHeader(header.slice());
  return {
    header: encodeHeader({ ...fields, outboxRoot: outboxRoot(leaves, nodeHasher) }),
    certificate,
    size: leaves.length,
    runs: leaves.map((_, index) => prove(index)),
  };
};

const contrary = (leaf: Leaf): Leaf => {
  switch (leaf.type) {
    case 'vote':
      return { ...leaf, verdict: leaf.verdict === 'accept' ? 'reject' : 'accept' };
    case 'commit':
    case 'release':
      return { type: 'vote', id: leaf.id, verdict: 'reject' };
    case 'credit':
      return { ...leaf, credit: { ...leaf.credit, amount: leaf.credit.amount * 10n } };
    case 'cursor':
      return { ...leaf, next: leaf.next + 5n };
  }
};
