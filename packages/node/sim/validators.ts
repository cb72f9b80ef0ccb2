import { chainName, type Genesis, genesisHash } from '@ios/client';
import {
  createNetwork,
  createScheduler,
  type Fault,
  type Rng,
  type Scheduler,
  type SimulatedNetwork,
} from '@ios/simulator';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { nodeChannels } from '../src/channels.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { createVoteMarker } from '../src/keys/vote-marker.ts';
import { createMemoryHub, type MemoryHub } from '../src/network/memory.ts';
import type { Network } from '../src/network/network.ts';
import { createNode, type Identity, type Node, type NodeOptions } from '../src/node.ts';
import { STORE_FORMAT } from '../src/shard/chain-store.ts';
import { createMemoryDisk, type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';

/** A virtual clock, and links between validators that faults act on. */
export interface Stage {
  readonly scheduler: Scheduler;
  readonly links: SimulatedNetwork<() => void>;
  readonly hub: MemoryHub;
}

/** Links that take 15 ms on average, and 2 to 400, between validators of these names. */
export const createStage = (rng: Rng, names: readonly string[]): Stage => {
  const scheduler = createScheduler();
  const links = createNetwork<() => void>({
    scheduler,
    rng: rng.fork('links'),
    latency: { type: 'exponential', low: 2, mean: 15, high: 400 },
  });
  for (const name of names) links.attach(name, (_from, deliver) => deliver());
  const hub = createMemoryHub({
    transmit: (from, to, _bytes, deliver, lose) => links.send(from, to, deliver, lose),
  });
  return { scheduler, links, hub };
};

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
export interface World extends Stage {
  readonly genesis: Genesis;
  readonly rng: Rng;
  readonly validators: readonly Validator[];
  /** For each life of a disk: how long a call of it takes at most, in ms of virtual time; 6 unless given. */
  readonly diskMs?: (delays: Rng) => () => number;
  /** What is put between a validator and the network, and around its keys; nothing unless given. */
  readonly wrap?: (network: Network, validator: Validator) => Network;
  readonly watch?: (identity: Identity, validator: Validator) => Identity;
  /** The other parts of its node; `alive` says whether this life still lasts. */
  parts(
    validator: Validator,
    alive: () => boolean,
  ): Omit<NodeOptions, 'genesis' | 'identity' | 'clock' | 'network' | 'store' | 'votes' | 'entropy'>;
  /** It has opened what is durable, and is about to take part. */
  readonly onOpened?: (validator: Validator, node: Node) => void;
  onCrash(validator: Validator): void;
  /** What must not be has happened. */
  fail(violation: string): void;
}

/** Begins a life of a validator with what is durable of the ones before. */
export const start = (world: World, validator: Validator): void => {
  boot(world, validator).catch((cause: unknown) =>
    world.fail(`start: ${cause instanceof Error ? cause.stack : cause}`),
  );
};

const boot = async (world: World, validator: Validator): Promise<void> => {
  const { genesis, scheduler, rng, hub, validators, diskMs = () => () => 6 } = world;
  const chain = genesisHash(genesis);
  const life = ++validator.life;
  const delays = rng.fork(`disk ${validator.name} ${life}`);
  const nonces = rng.fork(`nonces ${validator.name} ${life}`);
  const most = diskMs(delays);
  const entropy = (length: number): Uint8Array => nonces.bytes(length);
  const alive = (): boolean => validator.life === life;
  const identity = createIdentitySigner(validator.master, chainName(genesis), entropy);
  const network = hub.join({
    self: validator.name,
    chain,
    peers: validators.map(({ name: peer }) => ({ peer, addresses: [] })),
    ...nodeChannels(genesis, hexToBytes(validator.name)),
  });
  const node = await createNode({
    ...world.parts(validator, alive),
    genesis,
    identity: world.watch?.(identity, validator) ?? identity,
    clock: {
      now: () => scheduler.now(),
      setTimeout: (callback, ms) =>
        scheduler.setTimeout(() => {
          if (alive()) callback();
        }, Math.ceil(ms)),
    },
    network: world.wrap?.(network, validator) ?? network,
    store: await openMemoryStore(validator.disk, {
      format: STORE_FORMAT,
      chain,
      delay: () => new Promise((resolve) => scheduler.setTimeout(resolve, delays.below(most()))),
    }),
    votes: createVoteMarker(await openMemoryStore(validator.votes, { format: STORE_FORMAT, chain })),
    entropy,
  });
  if (!alive()) return;
  world.onOpened?.(validator, node);
  validator.node = node;
  await node.start();
};

/**
 * Ends the life of a validator that has one, and begins the next `downMs` later: of what it had not synced a part is lost, its
 * timers are mute, its store never answers, and its network leaves the hub.
 */
export const crash = (world: World, validator: Validator, downMs: number): void => {
  const { scheduler, rng } = world;
  const dead = validator.node;
  if (dead === undefined) return;
  validator.life++;
  validator.node = undefined;
  const kept = rng.fork(`crash ${scheduler.now()}`);
  validator.disk.crash((count) => kept.below(count + 1));
  validator.votes.crash();
  void dead.stop();
  world.onCrash(validator);
  scheduler.setTimeout(() => start(world, validator), downMs);
};

/** Lets a fault happen when its time comes. */
export const lay = (world: World, fault: Fault): void => {
  const { scheduler, links, validators } = world;
  if (fault.type === 'crash') {
    const validator = validators.find(({ name }) => name === fault.node)!;
    scheduler.at(fault.at, () => crash(world, validator, fault.downMs ?? 1_000));
  } else if (fault.type === 'partition' || fault.type === 'link') {
    scheduler.at(fault.at, () => {
      const lift = fault.type === 'partition' ? links.partition(fault.groups) : links.apply(fault);
      if (fault.until !== undefined) scheduler.at(fault.until, lift);
    });
  }
};

/** Ends all lives for good. Closing takes virtual time too: resolves when the run ended, before that. */
export const close = async ({ scheduler, validators }: World): Promise<number> => {
  const ended = scheduler.now();
  for (const { node } of validators) void node?.stop();
  await scheduler.run({ until: ended + 1_000 });
  return ended;
};
