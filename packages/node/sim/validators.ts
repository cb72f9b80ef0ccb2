import { chainName, type Genesis, genesisHash } from '@ios/client';
import type { Rng, Scheduler } from '@ios/simulator';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { nodeChannels } from '../src/channels.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { createVoteMarker } from '../src/keys/vote-marker.ts';
import type { MemoryHub } from '../src/network/memory.ts';
import type { Network } from '../src/network/network.ts';
import { createNode, type Node, type NodeOptions } from '../src/node.ts';
import { STORE_FORMAT } from '../src/shard/chain-store.ts';
import { createMemoryDisk, type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';

/** One validator of a simulation through all its lives. */
export interface Validator {
  /** Identity key in hex. */
  readonly name: string;
  readonly master: Uint8Array;
  readonly disk: MemoryDisk;
  /** What is beside its key. */
  readonly votes: MemoryDisk;
  node: Node | undefined;
  /** A life that died stays silent. */
  life: number;
}

/** A validator of a chain with this master secret, that has not lived yet. */
export const validatorOf = (genesis: Genesis, master: Uint8Array): Validator => ({
  name: bytesToHex(createIdentitySigner(master, chainName(genesis)).publicKey),
  master,
  disk: createMemoryDisk(),
  votes: createMemoryDisk(),
  node: undefined,
  life: 0,
});

/** Where validators live. */
export interface World {
  readonly genesis: Genesis;
  readonly scheduler: Scheduler;
  readonly rng: Rng;
  readonly hub: MemoryHub;
  readonly names: readonly string[];
  /** How long a call of its disk takes at most, in ms of virtual time. */
  readonly diskMs: number;
  /** What is put between a validator and the network. */
  wrap(network: Network, validator: Validator): Network;
  /** The other parts of its node; `alive` says whether this life still lasts. */
  parts(
    validator: Validator,
    alive: () => boolean,
  ): Omit<NodeOptions, 'genesis' | 'identity' | 'clock' | 'network' | 'store' | 'votes' | 'entropy'>;
}

/** Begins a life of a validator with what is durable of the ones before. */
export const boot = async (world: World, validator: Validator): Promise<void> => {
  const { genesis, scheduler, rng } = world;
  const chain = genesisHash(genesis);
  const life = ++validator.life;
  const delays = rng.fork(`disk ${validator.name} ${life}`);
  const nonces = rng.fork(`nonces ${validator.name} ${life}`);
  const entropy = (length: number): Uint8Array => nonces.bytes(length);
  const alive = (): boolean => validator.life === life;
  const joined = world.hub.join({
    self: validator.name,
    chain,
    peers: world.names.map((peer) => ({ peer, addresses: [] })),
    ...nodeChannels(genesis, hexToBytes(validator.name)),
  });
  const node = await createNode({
    ...world.parts(validator, alive),
    genesis,
    identity: createIdentitySigner(validator.master, chainName(genesis), entropy),
    clock: {
      now: () => scheduler.now(),
      setTimeout: (callback, ms) =>
        scheduler.setTimeout(() => {
          if (alive()) callback();
        }, Math.ceil(ms)),
    },
    network: world.wrap(joined, validator),
    store: await openMemoryStore(validator.disk, {
      format: STORE_FORMAT,
      chain,
      delay: () => new Promise((resolve) => scheduler.setTimeout(resolve, delays.below(world.diskMs))),
    }),
    votes: createVoteMarker(await openMemoryStore(validator.votes, { format: STORE_FORMAT, chain })),
    entropy,
  });
  if (!alive()) return;
  validator.node = node;
  await node.start();
};

/** Ends a life of a validator: of what it had not synced a part is lost, its timers are mute, its network leaves the hub. */
export const crash = ({ scheduler, rng }: World, validator: Validator): void => {
  const dead = validator.node!;
  validator.life++;
  validator.node = undefined;
  const kept = rng.fork(`crash ${validator.name} ${scheduler.now()}`);
  validator.disk.crash((count) => kept.below(count + 1));
  validator.votes.crash();
  void dead.stop();
};
