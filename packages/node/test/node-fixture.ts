import type { Genesis } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import { genesisOutpoint, type Output } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { nodeChannels } from '../src/channels.ts';
import type { ValidatorParts } from '../src/cli/run-validator.ts';
import { systemClock } from '../src/clock.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { register } from '../src/keys/register.ts';
import { createMemoryHub, type MemoryHub } from '../src/network/memory.ts';
import type { Network } from '../src/network/network.ts';
import { createNode, type Node, type NodeOptions } from '../src/node.ts';
import { STORE_FORMAT } from '../src/shard/chain-store.ts';
import { createMemoryDisk, type MemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { type Coin, KEYS } from './signed-fixture.ts';

export const NAME = { name: 'four nodes', nonce: new Uint8Array(32).fill(5) };
export const MASTERS: readonly Uint8Array[] = [21, 22, 23, 24].map((i) => new Uint8Array(32).fill(i));

const outputs: Output[] = Array.from({ length: 16 }, (_, i) => ({
  amount: 1_000n + BigInt(i),
  owner: KEYS[i % KEYS.length]!.publicKey,
}));

export const genesis: Genesis = {
  version: 1,
  ...NAME,
  validators: MASTERS.map((master) =>
    register(
      { master, chainName: chainName(NAME), owner: KEYS[3]!.publicKey, addresses: [] },
      (length) => new Uint8Array(length),
    ),
  ).sort((a, b) => Buffer.compare(a.identity, b.identity)),
  outputs,
  policy: { ...DEFAULT_POLICY, blockIntervalMs: 10, idleMs: 150, baseTimeoutMs: 800 },
};
export const CHAIN: Uint8Array = genesisHash(genesis);
export const coins: readonly Coin[] = outputs.map((output, i) => ({
  outpoint: genesisOutpoint(chainName(NAME), i),
  output,
}));
export const SUPPLY: bigint = outputs.reduce((sum, { amount }) => sum + amount, 0n);

/** The machines of four validators: their disks, and the network between them. */
export interface Machines {
  readonly hub: MemoryHub;
  readonly disks: readonly MemoryDisk[];
}

export const machines = (): Machines => ({ hub: createMemoryHub(), disks: MASTERS.map(() => createMemoryDisk()) });

/** Makes the node of one validator, or of an observer with a key that is not in genesis, over twins in memory. */
export const makeNode = async (
  { hub, disks }: Machines,
  i: number,
  parts: Partial<NodeOptions> & {
    readonly master?: Uint8Array;
    readonly disk?: MemoryDisk;
    readonly wrapNetwork?: (network: Network) => Network;
    readonly around?: (parts: ValidatorParts) => ValidatorParts;
  } = {},
): Promise<Node> => {
  const {
    master = MASTERS[i]!,
    disk = disks[i]!,
    store,
    wrapNetwork = (network) => network,
    around = (same) => same,
    ...options
  } = parts;
  const identity = createIdentitySigner(master, chainName(NAME));
  const self = bytesToHex(identity.publicKey);
  const peers = [...genesis.validators.map((validator) => bytesToHex(validator.identity)), OBSERVER_NAME];
  const network = wrapNetwork(
    hub.join({
      self,
      chain: CHAIN,
      peers: peers.map((peer) => ({ peer, addresses: [] })),
      ...nodeChannels(genesis, identity.publicKey),
    }),
  );
  return createNode({
    genesis,
    ...around({ identity, network, log: () => {} }),
    clock: systemClock,
    store: store ?? (await openMemoryStore(disk, { format: STORE_FORMAT, chain: CHAIN })),
    verifier: createInlineVerifier(),
    hasher: nodeHasher,
    ...options,
  });
};

/** The key of somebody who is not in genesis. */
export const OBSERVER: Uint8Array = new Uint8Array(32).fill(31);
const OBSERVER_NAME = bytesToHex(createIdentitySigner(OBSERVER, chainName(NAME)).publicKey);

/** Waits until `met` holds. */
export const until = async (met: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> => {
  for (const end = Date.now() + ms; !(await met()); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > end) throw new Error(`that did not happen within ${ms / 1000} s`);
};
