import { placementOver } from '@ios/atomix';
import type { Genesis } from '@ios/client';
import { chainName, genesisHash } from '@ios/client';
import { genesisOutpoint, type Output } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { afterEach, expect, test } from 'vitest';
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
import { until } from './node-fixture.ts';
import { type Coin, transferBy } from './signed-fixture.ts';

const NAME = { name: 'two shards', nonce: new Uint8Array(32).fill(7) };
const MASTERS = Array.from({ length: 8 }, (_, i) => new Uint8Array(32).fill(51 + i));
const place = placementOver(2);
/** Keys of owners: the first three live in shard 0, the others in shard 1. */
const KEYS = (() => {
  const all = Array.from({ length: 40 }, (_, i) => seedKey(new Uint8Array(32).fill(i + 1)));
  return [0, 1].flatMap((shard) => all.filter(({ publicKey }) => place(publicKey) === shard).slice(0, 3));
})();
const outputs: Output[] = KEYS.flatMap(({ publicKey: owner }) => [
  { amount: 10_000n, owner },
  { amount: 20_000n, owner },
]);
const genesis: Genesis = {
  version: 1,
  ...NAME,
  validators: MASTERS.map((master) =>
    register(
      { master, chainName: chainName(NAME), owner: KEYS[0]!.publicKey, addresses: [] },
      (length) => new Uint8Array(length),
    ),
  ).sort((a, b) => Buffer.compare(a.identity, b.identity)),
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
const CHAIN = genesisHash(genesis);
const coins: readonly Coin[] = outputs.map((output, i) => ({
  outpoint: genesisOutpoint(chainName(NAME), i),
  output,
}));
const SUPPLY = outputs.reduce((sum, { amount }) => sum + amount, 0n);

let nodes: Node[] = [];
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
});

const start = async (): Promise<readonly (readonly Node[])[]> => {
  const hub = createMemoryHub();
  const names = genesis.validators.map(({ identity }) => bytesToHex(identity));
  nodes = await Promise.all(
    MASTERS.map(async (master) => {
      const identity = createIdentitySigner(master, chainName(NAME));
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
  return [0, 1].map((shard) => nodes.filter((node) => node.status().shard === shard));
};

const supplyOf = (shards: readonly (readonly Node[])[]): bigint =>
  shards.reduce((sum, [node]) => sum + node!.supply().outputs + node!.supply().fees, 0n);

test('payments within a shard, to another and from both are final everywhere', async () => {
  const shards = await start();
  expect(shards.map(({ length }) => length)).toEqual([4, 4]);
  const [a, b, c, d] = [coins[0]!, coins[2]!, coins[6]!, coins[8]!];
  const home = transferBy(CHAIN, KEYS, [a], [{ amount: 9_990n, owner: KEYS[1]!.publicKey }]);
  const across = transferBy(CHAIN, KEYS, [b], [{ amount: 9_990n, owner: KEYS[4]!.publicKey }]);
  const both = transferBy(
    CHAIN,
    KEYS,
    [coins[4]!, c, d],
    [
      { amount: 15_000n, owner: KEYS[0]!.publicKey },
      { amount: 14_000n, owner: KEYS[5]!.publicKey },
    ],
  );
  const from = 'test';
  await shards[0]![0]!.submit(home.bytes, from);
  await shards[0]![1]!.submit(across.bytes, from);
  // Handed to one voter alone, which tells the other.
  await shards[1]![2]!.submit(both.bytes, from);
  const statusIn = async (shard: number, id: Uint8Array): Promise<string[]> =>
    Promise.all(shards[shard]!.map(async (node) => (await node.transaction(id)).status));
  const all = async (shard: number, id: Uint8Array, wanted: string): Promise<boolean> =>
    (await statusIn(shard, id)).every((status) => status === wanted);
  await until(() => all(0, home.id, 'final'));
  await until(() => all(0, across.id, 'final'));
  await until(() => all(1, across.id, 'credited'));
  await until(() => all(0, both.id, 'committed'));
  await until(() => all(1, both.id, 'committed'));
  expect(shards[1]![0]!.balance(KEYS[5]!.publicKey).amount).toBe(10_000n + 20_000n + 14_000n);
  await until(() => supplyOf(shards) === SUPPLY);
  await until(() => nodes.every((node) => node.recorded() >= 1), 60_000);
}, 90_000);
