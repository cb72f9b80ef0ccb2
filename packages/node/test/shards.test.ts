import { afterEach, expect, test } from 'vitest';
import type { Node } from '../src/node.ts';
import { until } from './node-fixture.ts';
import { CHAIN, coins, KEYS, SUPPLY, startShards } from './shards-fixture.ts';
import { transferBy } from './signed-fixture.ts';

let nodes: readonly Node[] = [];
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
});

const supplyOf = (shards: readonly (readonly Node[])[]): bigint =>
  shards.reduce((sum, [node]) => sum + node!.supply().outputs + node!.supply().fees, 0n);

test('payments within a shard, to another and from both are final everywhere', async () => {
  nodes = await startShards();
  const shards = [0, 1].map((shard) => nodes.filter((node) => node.status().shard === shard));
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
