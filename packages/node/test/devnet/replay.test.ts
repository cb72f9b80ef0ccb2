import type { MethodName } from '@ios/client/methods';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ValidatorClient } from '../../src/devnet/follower.ts';
import { agreed, type ReplayOptions, type ReplayProgress, replay, type ShardResult } from '../../src/devnet/replay.ts';
import { nodeHasher } from '../../src/hasher.ts';
import type { Node } from '../../src/node.ts';
import { CHAIN, coins, genesis, machines, makeNode, SUPPLY } from '../node-fixture.ts';
import { forge, pay } from '../signed-fixture.ts';
import { AWAY, clientOf } from './fake-validator.ts';

/** A child before its parent, and payments beside them. */
const parent = pay(CHAIN, [coins[0]!], 1, 2n);
const child = pay(CHAIN, parent.coins, 2, 1n);
const transfers = [child, parent, ...coins.slice(1, 7).map((coin) => pay(CHAIN, [coin], 3))];

let nodes: Node[];
beforeEach(async () => {
  const place = machines();
  nodes = await Promise.all([0, 1, 2, 3].map((i) => makeNode(place, i)));
  await Promise.all(nodes.map((node) => node.start()));
});
afterEach(() => Promise.all(nodes.map((node) => node.stop())));

/** Time that passes ten times as fast, so that nobody waits for the second submission. */
const time = {
  now: () => performance.now() * 10,
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms / 10)),
};

const run = (clients: readonly ValidatorClient[], options: Partial<ReplayOptions> = {}) =>
  replay({
    genesis,
    clients,
    transfers,
    hasher: nodeHasher,
    time,
    onProgress: () => {},
    onVerified: () => {},
    signal: new AbortController().signal,
    limitMs: 200_000,
    ...options,
  });

/** The clients of the nodes, that of validator 1 with one answer changed. */
const lying = (method: MethodName, change: (answer: never) => unknown): ValidatorClient[] => {
  const clients = nodes.map(clientOf);
  const { call } = clients[1]!;
  clients[1] = {
    async call(name, params) {
      const answer = await call(name, params);
      return name === method ? (change(answer as never) as typeof answer) : answer;
    },
  };
  return clients;
};

test('the height to verify is the last of which every validator has told its state', () => {
  const claimed = (...heights: number[]) => new Map(heights.map((height) => [height, {} as never]));
  const follower = (...heads: Map<number, never>[]) => ({
    shown: { blocks: [], certificates: [], heads },
    heights: [9, 8],
  });
  expect(agreed(follower(claimed(3, 5, 7, 9), claimed(3, 5, 7, 9)), 4)).toBe(7);
  expect(agreed(follower(claimed(3, 5, 6), claimed(3, 5, 7)), 4)).toBe(5);
  expect(agreed(follower(claimed(3, 6), claimed(3, 7)), 4)).toBeUndefined();
});

describe('replay', () => {
  test('over four validators ends with what was verified', async () => {
    const progress: ReplayProgress[] = [];
    const verified: [number, number][] = [];
    const result = await run(nodes.map(clientOf), {
      onProgress: (one) => progress.push(one),
      onVerified: (...step) => verified.push(step),
    });
    const { latencies } = result;
    const [{ height }] = result.shards as [ShardResult];
    expect(result).toMatchObject({ transfers: 8, supply: SUPPLY, latencies: { paid: [], voted: [] } });
    const seats = [0, 1, 2, 3];
    expect(result.shards).toMatchObject([
      { validators: seats, height, certificates: 4 * height, witnesses: 8, supply: SUPPLY },
    ]);
    expect(result.waited).toBeLessThanOrEqual(1);
    expect(latencies.home).toHaveLength(8);
    expect(latencies.home).toEqual([...latencies.home].sort((a, b) => a - b));
    expect(Math.max(...latencies.home)).toBeLessThanOrEqual(result.elapsedMs);
    expect(progress.at(-1)).toMatchObject({ total: 8, accepted: 8, final: 8 });
    expect(progress.at(-1)!.statuses.map((status) => status?.peers.length)).toEqual([3, 3, 3, 3]);
    expect(verified.at(-1)).toEqual([height, height]);
    const digests = await Promise.all(nodes.map(async (node) => (await node.block(height))!.hash));
    expect(new Set(digests.map(String)).size).toBe(1);
  });

  test.each<[string, MethodName, RegExp, (answer: never) => unknown]>([
    [
      'another state',
      'getHead',
      /^Validator 1 came to another state/,
      (head: object) => ({ ...head, executionDigest: '00'.repeat(32) }),
    ],
    [
      'a certificate that does not hold',
      'getBlock',
      /^Block 1 of shard 0: a commit certificate does not hold/,
      (block: { certificate: string }) => ({ ...block, certificate: block.certificate.replace(/..$/, 'ff') }),
    ],
    [
      'a transfer that is not final',
      'getTransactions',
      /^Validator 1 does not show transfer/,
      (answers: object[]) => [...answers.slice(0, -1), { status: 'unknown' }],
    ],
    [
      'coins from nothing',
      'getSupply',
      /^Validator 1 holds .*, its shard has/,
      (supply: object) => ({ ...supply, outputs: '1000000' }),
    ],
    [
      'that it has halted',
      'getStatus',
      /^Validator 1 has stopped taking part: full disk/,
      (status: object) => ({ ...status, halted: 'full disk' }),
    ],
  ])('fails where a validator says %s', async (_, method, wanted, change) => {
    await expect(run(lying(method, change))).rejects.toThrow(wanted);
  });

  test('bears a validator that takes nothing and is away for a while', async () => {
    const clients = nodes.map(clientOf);
    const { call } = clients[2]!;
    const until = time.now() + 15_000;
    clients[2] = {
      async call(name, params) {
        if (time.now() < until) throw AWAY;
        return call(name, params);
      },
    };
    const result = await run(clients);
    const [{ height }] = result.shards as [ShardResult];
    expect(result).toMatchObject({ transfers: 8, shards: [{ certificates: 4 * height }] });
  });

  test('fails at once on a transfer that is refused', async () => {
    await expect(run(nodes.map(clientOf), { transfers: [forge(transfers[3]!)] })).rejects.toThrow(
      /^Validator 0 refused transfer .* a signature does not hold/,
    );
  });

  test('gives up after the limit, and says how far it was', async () => {
    const orphan = pay(CHAIN, pay(CHAIN, [coins[9]!]).coins);
    await expect(run(nodes.map(clientOf), { transfers: [...transfers, orphan], limitMs: 20_000 })).rejects.toThrow(
      /^After 20 s 1 of 9 transfers are not final on all validators, which are at heights \d+, \d+, \d+, \d+\. Raise/,
    );
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const running = run(nodes.map(clientOf), { transfers: [pay(CHAIN, child.coins)], signal: controller.signal });
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });
});
