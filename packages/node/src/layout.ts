import { type Placement, placementOver } from '@ios/atomix';
import type { Committee } from '@ios/bft';
import { assignmentOf, committeeOf, type Genesis, genesisHash, type TrustedShard } from '@ios/client';
import { bytesToHex } from '@noble/hashes/utils.js';

/** A shard as everybody knows it from genesis. */
export type ShardLayout = Omit<TrustedShard, 'scheme'>;

/** Who decides what in a network: what follows from its genesis, but for the keys of its certificates. */
export interface Layout {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  /** All validators, in the order of genesis. */
  readonly roster: Committee;
  /** By their numbers. */
  readonly shards: readonly ShardLayout[];
  /** Where owners live; remembers the last ones it was asked about. */
  readonly place: Placement;
}

/** The layout of a network. */
export const layoutOf = (genesis: Genesis): Layout => {
  const chain = genesisHash(genesis);
  const roster = committeeOf(genesis.validators.map(({ identity }) => identity));
  const shards = assignmentOf(genesis, chain).map((seats, shard) => ({
    shard,
    scope: { chain, instance: `shard/${shard}` },
    seats,
    committee: seats.map((seat) => roster[seat]!),
  }));
  return { chain, roster, shards, place: remembering(placementOver(genesis.policy.shards)) };
};

/**
 * The shard in which an identity key (32 bytes) serves; `fallback` for whoever is no validator.
 */
export const shardOf = ({ shards }: Layout, identity: Uint8Array, fallback = 0): ShardLayout => {
  const self = bytesToHex(identity);
  return shards.find(({ committee }) => committee.some(({ peer }) => peer === self)) ?? shards[fallback]!;
};

/** How many owners a placement remembers. */
const REMEMBERED = 65_536;

/** A placement costs a hash an owner, and the same owner is asked about several times a transaction. */
const remembering = (place: Placement): Placement => {
  const known = new Map<string, number>();
  return (owner) => {
    const name = Buffer.from(owner.buffer, owner.byteOffset, owner.length).toString('latin1');
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = place(owner);
    known.set(name, found);
    if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
    return found;
  };
};
