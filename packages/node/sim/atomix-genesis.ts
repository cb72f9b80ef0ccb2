import { type Placement, placementOver } from '@ios/atomix';
import { chainName, type Genesis } from '@ios/client';
import type { Output } from '@ios/ledger';
import { type ScriptKey, seedKey } from '../src/devnet/script-key.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { register } from '../src/keys/register.ts';

/** Validators of a shard: one of them may be faulty. */
export const SEATS = 4;
const OWNERS = 4;
const COINS = 16;

const NAME = { name: 'atomix', nonce: new Uint8Array(32).fill(5) };

/** A network of some shards, its validators' secrets and its owners' keys. */
export interface ShardedGenesis {
  readonly genesis: Genesis;
  readonly masters: readonly Uint8Array[];
  readonly place: Placement;
  /** Of each shard the keys of owners who live there. */
  readonly owners: readonly (readonly ScriptKey[])[];
}

const make = (shards: number): ShardedGenesis => {
  const place = placementOver(shards);
  const owners: ScriptKey[][] = Array.from({ length: shards }, () => []);
  for (let i = 0; owners.some(({ length }) => length < OWNERS); i++) {
    const key = seedKey(new Uint8Array(32).fill(i));
    const there = owners[place(key.publicKey)]!;
    if (there.length < OWNERS) there.push(key);
  }
  const outputs: Output[] = owners.flatMap((keys) =>
    Array.from({ length: COINS }, (_, i) => ({
      amount: 10_000n + BigInt(i),
      owner: keys[i % OWNERS]!.publicKey,
    })),
  );
  const masters = Array.from({ length: shards * SEATS }, (_, i) => new Uint8Array(32).fill(i + 1));
  const validators = masters
    .map((master, i) =>
      register(
        { master, chainName: chainName(NAME), owner: owners[i % shards]![i % OWNERS]!.publicKey, addresses: [] },
        (length) => new Uint8Array(length).fill(i + 7),
      ),
    )
    .sort((a, b) => Buffer.compare(a.identity, b.identity));
  const policy = {
    ...DEFAULT_POLICY,
    shards,
    lockFee: 100n,
    blockIntervalMs: 100,
    idleMs: 1_000,
    baseTimeoutMs: 2_500,
    maxTimeoutMs: 10_000,
    epochMinBlocks: 4,
    epochMaxBlocks: 12,
    closingBlocks: 2,
    lotteryMs: 600,
    beaconTimeoutMs: 5_000,
  };
  return { genesis: { version: 1, ...NAME, validators, outputs, policy }, masters, place, owners };
};

const made = new Map<number, ShardedGenesis>();

/** The network of so many shards: to register its validators costs four proofs of possession each, so it is made once. */
export const shardedGenesis = (shards: number): ShardedGenesis => {
  const known = made.get(shards) ?? make(shards);
  made.set(shards, known);
  return known;
};
