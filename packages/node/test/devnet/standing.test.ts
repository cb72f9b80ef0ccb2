import type { Evidence, Parties } from '@ios/atomix';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { createArrivals } from '../../src/devnet/arrivals.ts';
import { createStanding } from '../../src/devnet/standing.ts';
import type { Tracked } from '../../src/devnet/submission.ts';
import type { KnownBlock } from '../../src/shard/values.ts';

const id = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const transfer = (n: number, inputShards: number[], outputShards: number[]): Tracked => {
  const voters = [...new Set(inputShards)].sort();
  const participants = [...new Set([...inputShards, ...outputShards])].sort();
  const parties: Parties = { voters, participants, inputShards, outputShards };
  const name = bytesToHex(id(n));
  return { id: id(n), bytes: id(n), name, parties, expiry: 2, turn: n, submittedAt: 10, finalAt: undefined };
};
/** Within shard 0, from 0 to two outputs in 1, and from both to both. */
const [home, paid, voted] = [transfer(1, [0], [0]), transfer(2, [0], [1, 0, 1]), transfer(3, [0, 1], [0, 1])] as const;
const tracked = () => new Map([home, paid, voted].map((one) => [one.name, { ...one }]));

type Did = { kind: 'commit' | 'abort' | 'release'; id: Uint8Array } | { kind: 'credits'; of: [Uint8Array, number][] };
const block = (height: number, ids: Uint8Array[], ...did: Did[]): KnownBlock => blockIn(0, height, ids, ...did);
const blockIn = (epoch: number, height: number, ids: Uint8Array[], ...did: Did[]): KnownBlock => {
  const verified = did.map((one) => {
    if (one.kind !== 'credits') return { ...one, evidence: [] };
    const credits = one.of.map(([of, index]) => ({ id: of, index, amount: 1n, owner: id(9), fee: 0n }));
    const evidence: Evidence = { type: 'credits', shard: 0, receiver: 1, first: 0n, credits };
    return { kind: 'credits' as const, evidence: [evidence] };
  });
  const entries = verified.map((one) => ({ entry: undefined as never, verified: one }));
  return { block: { header: { height, epoch } }, ids, entries } as unknown as KnownBlock;
};
const names = (done: readonly Tracked[]): string[] => done.map(({ name }) => name);

describe('standing in one shard', () => {
  test('an only voter is done with the block, a voter of two when it has committed, and then drops its record', () => {
    const standing = createStanding(0, tracked());
    expect(names(standing.take(block(4, [home.id, voted.id, id(77)])))).toEqual([home.name]);
    expect(standing).toMatchObject({ height: 4, records: 1 });
    expect(names(standing.take(block(5, [id(77)], { kind: 'commit', id: voted.id })))).toEqual([voted.name]);
    expect(standing).toMatchObject({ height: 5, records: 1 });
    expect(standing.take(block(6, [], { kind: 'release', id: voted.id }))).toEqual([]);
    expect(standing).toMatchObject({ height: 6, records: 0 });
    standing.take(block(7, [id(77)], { kind: 'commit', id: id(77) }));
    expect(standing.height).toBe(6);
  });

  test('a shard that is paid is done with the last of its outputs, whoever shows one again', () => {
    const standing = createStanding(1, tracked());
    expect(standing.take(block(1, [], { kind: 'credits', of: [[paid.id, 0]] }))).toEqual([]);
    expect(standing.take(block(2, [], { kind: 'credits', of: [[paid.id, 0]] }))).toEqual([]);
    const both: Did = {
      kind: 'credits',
      of: [
        [id(77), 0],
        [paid.id, 2],
      ],
    };
    expect(names(standing.take(block(3, [], both)))).toEqual([paid.name]);
    expect(standing.take(block(4, [], both))).toEqual([]);
  });

  test('a transfer that is given up is counted, and has no record any more', () => {
    const standing = createStanding(1, tracked());
    standing.take(block(1, [voted.id]));
    expect(standing).toMatchObject({ records: 1, aborted: 0 });
    expect(standing.take(block(2, [], { kind: 'abort', id: voted.id }, { kind: 'abort', id: id(77) }))).toEqual([]);
    expect(standing).toMatchObject({ height: 2, records: 0, aborted: 1 });
  });
});

test('transfers may never be all final once one is given up, or a shard is past the expiry of one that is not', () => {
  const members = [0, 1].map((seat) => [{ seat, client: undefined as never }]);
  const given = createArrivals(members, tracked(), { now: () => 20 });
  given.take(1, 0, block(1, [voted.id]));
  expect(given.isMissing).toBe(false);
  given.take(1, 0, block(2, [], { kind: 'abort', id: voted.id }));
  expect(given.isMissing).toBe(true);
  const late = createArrivals(members, new Map([[home.name, { ...home }]]), { now: () => 20 });
  late.take(1, 0, blockIn(2, 1, []));
  expect(late.isMissing).toBe(false);
  late.take(1, 0, blockIn(3, 2, []));
  expect(late.isMissing).toBe(true);
  late.take(0, 0, blockIn(2, 1, [home.id]));
  expect(late.isMissing).toBe(false);
});

test('a transfer is final when all validators of all its shards have shown it, and counts from when one of each has', () => {
  let now = 20;
  const members = [['a', 'b'], ['c']].map((of) => of.map((_, seat) => ({ seat, client: undefined as never })));
  const byName = tracked();
  const arrivals = createArrivals(members, byName, { now: () => now });
  const first = block(1, [home.id, paid.id]);
  const credited = block(2, [], {
    kind: 'credits',
    of: [
      [paid.id, 0],
      [paid.id, 2],
    ],
  });
  arrivals.take(0, 0, first);
  expect(arrivals.final).toBe(0);
  now = 30;
  arrivals.take(1, 0, credited);
  now = 40;
  arrivals.take(0, 1, first);
  expect(arrivals).toMatchObject({ final: 2, records: 0, heights: [1, 2] });
  expect(arrivals.latencies(() => true)).toEqual([10, 20]);
  expect(arrivals.latencies(({ participants }) => participants.length === 1)).toEqual([10]);
  expect([...byName.values()].map(({ finalAt }) => finalAt)).toEqual([20, 30, undefined]);
});
