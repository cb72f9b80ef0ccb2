import { placementOver } from '@ios/atomix';
import type { Genesis } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import { genesisOutpoint, type Output } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { nodeChannels } from '../src/channels.ts';
import { systemClock } from '../src/clock.ts';
import { seedKey } from '../src/devnet/script-key.ts';
import { DEFAULT_POLICY } from '../src/genesis/policy.ts';
import { nodeHasher } from '../src/hasher.ts';
import { createIdentitySigner } from '../src/keys/identity-signer.ts';
import { register } from '../src/keys/register.ts';
import { createMemoryHub } from '../src/network/memory.ts';
import { createNode, type Node } from '../src/node.ts';
import { STORE_FORMAT } from '../src/shard/chain-store.ts';
import { createMemoryDisk, openMemoryStore } from '../src/store/memory.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import type { Coin } from './signed-fixture.ts';

const NAME = { name: 'two shards', nonce: new Uint8Array(32).fill(7) };
/** In the order of genesis. */
const IDENTITIES = Array.from({ length: 8 }, (_, i) => {
  const master = new Uint8Array(32).fill(51 + i);
  return { master, identity: createIdentitySigner(master, chainName(NAME)) };
}).sort((a, b) => Buffer.compare(a.identity.publicKey, b.identity.publicKey));
/** The shard of an owner. */
export const place: (owner: Uint8Array) => number = placementOver(2);
/** Keys of owners: the first three live in shard 0, the others in shard 1. */
export const KEYS: readonly ReturnType<typeof seedKey>[] = (() => {
  const all = Array.from({ length: 40 }, (_, i) => seedKey(new Uint8Array(32).fill(i + 1)));
  return [0, 1].flatMap((shard) => all.filter(({ publicKey }) => place(publicKey) === shard).slice(0, 3));
})();
const outputs: Output[] = KEYS.flatMap(({ publicKey: owner }) => [
  { amount: 10_000n, owner },
  { amount: 20_000n, owner },
]);
/** Two shards of four, and two coins for each of {@link KEYS}. */
export const genesis: Genesis = {
  version: 1,
  ...NAME,
  validators: IDENTITIES.map(({ master }) =>
    register(
      { master, chainName: chainName(NAME), owner: KEYS[0]!.publicKey, addresses: [] },
      (length) => new Uint8Array(length),
    ),
  ),
  outputs,
  policy: {
    ...DEFAULT_POLICY,
    shards: 2,
    blockIntervalMs: 10,
    idleMs: 150,
    baseTimeoutMs: 1_500,
    epochMinBlocks: 30,
    epochMaxBlocks: 60,
  },
};
export const CHAIN: Uint8Array = genesisHash(genesis);
export const coins: readonly Coin[] = outputs.map((output, i) => ({
  outpoint: genesisOutpoint(chainName(NAME), i),
  output,
}));
export const SUPPLY: bigint = outputs.reduce((sum, { amount }) => sum + amount, 0n);

/** Starts eight nodes, in the order of genesis. */
export const startShards = async (): Promise<readonly Node[]> => {
  const hub = createMemoryHub();
  const names = genesis.validators.map(({ identity }) => bytesToHex(identity));
  const nodes = await Promise.all(
    IDENTITIES.map(async ({ identity }) => {
      const self = bytesToHex(identity.publicKey);
      const peers = names.map((peer) => ({ peer, addresses: [] }));
      return createNode({
        genesis,
        identity,
        network: hub.join({ self, chain: CHAIN, peers, ...nodeChannels(genesis, identity.publicKey) }),
        log: () => {},
        clock: systemClock,
        store: await openMemoryStore(createMemoryDisk(), { format: STORE_FORMAT, chain: CHAIN }),
        verifier: createInlineVerifier(),
        hasher: nodeHasher,
      });
    }),
  );
  await Promise.all(nodes.map((node) => node.start()));
  return nodes;
};
