import { partiesOf } from '@ios/atomix';
import { bytesToHex } from '@noble/hashes/utils.js';
import { afterEach, expect, test } from 'vitest';
import { replay } from '../../src/devnet/replay.ts';
import { nodeHasher } from '../../src/hasher.ts';
import type { Node } from '../../src/node.ts';
import { CHAIN, coins, genesis, KEYS, place, SUPPLY, startShards } from '../shards-fixture.ts';
import { type Coin, transferBy } from '../signed-fixture.ts';
import { clientOf } from './fake-validator.ts';

let nodes: readonly Node[] = [];
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
});

/** Pays what the coins hold, less a fee, to a key; good until the end of epoch 0. */
const pay = (spent: readonly Coin[], to: number) => {
  const amount = spent.reduce((sum, { output }) => sum + output.amount, -10n);
  const made = transferBy(CHAIN, KEYS, spent, [{ amount, owner: KEYS[to]!.publicKey }], 0);
  return { ...made, parties: partiesOf(made.transaction.body, place) };
};

test('over two shards, in which not all can be committed, ends when nothing more can come, and says what and why', async () => {
  nodes = await startShards();
  const across = pay([coins[0]!], 4);
  const both = pay([coins[1]!, coins[7]!], 3);
  const rivals = [0, 3].map((to) => pay([coins[2]!, coins[8]!], to));
  const orphan = pay(pay([coins[4]!], 1).coins, 2);
  const { aborted, latencies, supply, transfers } = await replay({
    genesis,
    clients: nodes.map(clientOf),
    transfers: [across, both, ...rivals, orphan],
    // Each rival is told to another shard first.
    handing: { to: ({ parties: { voters }, turn }) => [voters[turn % voters.length]!], again: false },
    hasher: nodeHasher,
    time: { now: () => performance.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    onProgress: () => {},
    onVerified: () => {},
    signal: new AbortController().signal,
    limitMs: 160_000,
  });
  expect({ transfers, supply }).toEqual({ transfers: 5, supply: SUPPLY });
  const lost = new Map(aborted.map(({ id, ...why }) => [id, why]));
  expect(lost.get(bytesToHex(orphan.id))).toEqual({ reason: 'expired', shard: place(KEYS[1]!.publicKey) });
  // Why follows from who heard of which first.
  const beaten = rivals.filter(({ id }) => lost.has(bytesToHex(id)));
  expect(beaten.length).toBeGreaterThan(0);
  expect(lost.size).toBe(1 + beaten.length);
  expect([latencies.home, latencies.paid, latencies.voted].map(({ length }) => length)).toEqual([
    0,
    1,
    3 - beaten.length,
  ]);
}, 180_000);
