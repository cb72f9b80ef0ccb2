import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refundOutpoint } from '@ios/atomix';
import type { Genesis } from '@ios/client';
import type { StatusAnswer } from '@ios/client/methods';
import { type Output, outpointKey } from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditedStep } from '../../src/devnet/audit.ts';
import type { ReplayProgress } from '../../src/devnet/replay.ts';
import { crashingClient } from '../../src/devnet/shard-faults/client-crash.ts';
import { createPartition } from '../../src/devnet/shard-faults/partition.ts';
import { checkPair, isDecided, type Rival } from '../../src/devnet/shard-faults/rivals.ts';
import { layoutOf } from '../../src/layout.ts';
import type { StepKind } from '../../src/shard/steps.ts';
import { genesis as oneShard } from './chain.ts';

test('a client that crashes hands a transfer to one voter, each in its turn', () => {
  const parties = { voters: [1, 4, 6], participants: [1, 2, 4, 6], inputShards: [], outputShards: [] };
  expect([0, 1, 2, 3].map((turn) => crashingClient.to({ parties, turn }))).toEqual([[1], [4], [6], [1]]);
  expect(crashingClient.again).toBe(false);
});

describe('a cut between shards', () => {
  const genesis: Genesis = { ...oneShard, policy: { ...oneShard.policy, shards: 2 } };
  const { shards } = layoutOf(genesis);
  const names = shards.map(({ seats }) => seats.map((seat) => bytesToHex(genesis.validators[seat]!.identity)));
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ios-cut-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const progress = (final: number, peers: number, height: number, accepted = 10): ReplayProgress => {
    const status = { height, peers: new Array(peers).fill('a') } as unknown as StatusAnswer;
    return { total: 10, accepted, final, statuses: [status, status, status, status], elapsedMs: 0, latencies: [] };
  };
  const told = async (file: string): Promise<string[][]> =>
    (JSON.parse(await readFile(file, 'utf8')) as { peer: string }[][]).map((group) => group.map(({ peer }) => peer));

  const played = async (during: number, after = 9) => {
    let now = 0;
    const file = join(folder, 'cut');
    const events: string[] = [];
    const partition = createPartition(genesis, file, { now: () => now }, (event) => events.push(event));
    partition.onProgress(progress(1, 3, 4, 9));
    partition.onProgress(progress(2, 3, 5));
    await expect.poll(() => told(file).catch(() => [])).toEqual(names);
    partition.onProgress(progress(3, 2, 6));
    expect(events).toHaveLength(0);
    now = 1_000;
    partition.onProgress(progress(4, 1, 7));
    now = 8_999;
    partition.onProgress(progress(4, 1, 7));
    expect(events).toHaveLength(1);
    now = 9_000;
    partition.onProgress(progress(5, 1, 7 + during));
    expect(events).toHaveLength(2);
    await expect.poll(() => told(file)).toEqual([names.flat()]);
    now = 9_500;
    partition.onProgress(progress(after, 3, 30));
    return partition;
  };

  test('begins when all is handed in, lasts eight seconds from when nobody is connected to others, and ends', async () => {
    const partition = await played(6, 10);
    expect(partition.summary()).toEqual({
      ...{ fault: 'shard-partition', cutMs: 8_000, finalBefore: 4, finalAfter: 5 },
      ...{ blocks: [6, 6], recoveredAfterMs: 500 },
    });
  });

  test('in which a shard stood still, or after which not all is final, shows nothing', async () => {
    await expect(played(0, 10).then(({ summary }) => summary())).rejects.toThrow('A shard decided nothing');
    await expect(played(6).then(({ summary }) => summary())).rejects.toThrow('before the cut between the shards was');
  });
});

describe('rivals', () => {
  const rival = (n: number): Rival => {
    const id = new Uint8Array(32).fill(n);
    const coins = [
      { shard: 0, amount: 500n },
      { shard: 1, amount: 700n },
    ];
    return { id, name: bytesToHex(id), bytes: id, coins, first: n };
  };
  const pair = [rival(0), rival(1)] as const;
  const step = (kind: StepKind): AuditedStep => ({
    kind,
    height: 1,
    index: 0,
    block: '',
    why: { reason: 'rejected', shard: 0 },
  });
  /** What each shard did about each of the two, and the refunds that it made: amounts by whose, and by the place of the input. */
  const shard = (
    did: readonly (readonly StepKind[])[],
    refunds: readonly (readonly [number, number, bigint])[] = [],
  ) => {
    const made = new Map<string, Output>();
    for (const [which, index, amount] of refunds)
      made.set(outpointKey(refundOutpoint(pair[which]!.id, index)), { amount, owner: pair[0].id });
    return {
      steps: new Map(pair.map(({ name }, k) => [name, new Map(did[k]!.map((kind) => [kind, step(kind)]))])),
      state: { outputs: { get: (outpoint: never) => made.get(outpointKey(outpoint)) } } as never,
    };
  };
  const committed: StepKind[] = ['accepted', 'committed'];
  const aborted: StepKind[] = ['accepted', 'aborted'];

  test('of which one is committed, and nothing of the other accepted', () => {
    const audits = [shard([committed, []]), shard([committed, ['rejected']])];
    expect(isDecided(pair, audits)).toBe(true);
    expect(checkPair(pair, audits, 10n)).toEqual({ isCommitted: true, reasons: [] });
  });

  test('of which none is: each shard gave one up, and the coins came back less the lock fee', () => {
    const audits = [shard([aborted, []], [[0, 0, 490n]]), shard([[], aborted], [[1, 1, 690n]])];
    expect(isDecided(pair, audits)).toBe(true);
    expect(checkPair(pair, audits, 10n)).toEqual({ isCommitted: false, reasons: ['rejected', 'rejected'] });
    expect(() => checkPair(pair, audits, 11n)).toThrow('the coin of shard 0 has not come back');
  });

  test.each<[string, RegExp, ReturnType<typeof shard>[]]>([
    ['committed in one shard alone', /one is committed in one shard alone/, [shard([committed, []]), shard([[], []])]],
    ['both committed', /both are committed/, [shard([committed, committed]), shard([committed, committed])]],
    ['given up without a refund', /has not come back/, [shard([aborted, []]), shard([[], []])]],
  ])('must not be %s', (_, wanted, audits) => {
    expect(() => checkPair(pair, audits, 10n)).toThrow(wanted);
  });

  test('are not decided while nothing is accepted, or a shard has not decided', () => {
    expect(isDecided(pair, [shard([[], []]), shard([[], ['rejected']])])).toBe(false);
    expect(isDecided(pair, [shard([['accepted'], []]), shard([committed, []])])).toBe(false);
  });
});
