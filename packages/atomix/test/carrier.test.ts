import { describe, expect, test } from 'vitest';
import {
  type Evidence,
  needOf,
  nextCredits,
  nextDecision,
  nextTrim,
  receiversOf,
  type ShardProof,
  type Shown,
} from '../src/index.ts';
import { bodyOf, known, OneShard, ownerIn, place } from './fixtures.ts';

const { body, id, parties } = known(bodyOf([1, 2, 3], [0, 1]));
const pending = { status: 'pending' as const, body };
const committed = { status: 'committed' as const, expiry: body.expiry, voters: parties.voters };

/** Proofs are told apart by their headers; what they show is given beside them. */
let count = 0;
const shown = (evidence: Evidence): Shown => {
  const proof: ShardProof = {
    form: 'outbox',
    header: Uint8Array.of(count++),
    certificate: new Uint8Array(),
    size: 1,
    index: 0,
    leaves: [new Uint8Array(15)],
    path: [],
  };
  return { proof, evidence };
};
const vote = (shard: number, verdict: 'accept' | 'reject'): Shown => shown({ type: 'vote', shard, id, verdict });
const commit = (shard: number): Shown => shown({ type: 'commit', shard, id });
const release = (shard: number): Shown => shown({ type: 'release', shard, id });
const absent = (shard: number, epoch: number): Shown => shown({ type: 'absent', shard, epoch, id });

describe('which proofs a record waits for', () => {
  test('of whom', () => {
    expect(needOf(pending, 2, place)).toEqual({ shards: [1, 3], wanted: 'accepts', hub: 1 });
    expect(needOf(committed, 1, place)).toEqual({ shards: [2, 3], wanted: 'done', hub: undefined });
    expect(needOf({ ...committed, voters: [1, 2] }, 2, place)).toEqual({ shards: [1], wanted: 'done', hub: undefined });
  });

  test('a commit once all others have accepted, in order, or one has committed; an abort on the first that shows one', () => {
    const next = (...list: Shown[]) => nextDecision(id, pending, 2, place, list);
    const [one, three, no] = [vote(1, 'accept'), vote(3, 'accept'), vote(3, 'reject')];
    expect(next()).toBeUndefined();
    expect(next(three)).toBeUndefined();
    expect(next(three, vote(0, 'accept'), one)).toEqual({ kind: 'commit', id, proofs: [one.proof, three.proof] });
    expect(next(one, no)).toEqual({ kind: 'abort', id, proofs: [no.proof] });
    expect(next(one, absent(3, 4))).toBeUndefined();
    expect(next(one, absent(0, 5))).toBeUndefined();
    const gone = absent(3, 5);
    expect(next(one, gone)).toEqual({ kind: 'abort', id, proofs: [gone.proof] });
    const done = commit(3);
    expect(next(one, done)).toEqual({ kind: 'commit', id, proofs: [done.proof] });
    expect(next(one, three, done)).toEqual({ kind: 'commit', id, proofs: [done.proof] });
    expect(next(one, commit(0), commit(2), release(3))).toBeUndefined();
  });

  test('a release once all others have committed, or one has released', () => {
    const next = (...list: Shown[]) => nextDecision(id, committed, 2, place, list);
    const [one, three, gone, released] = [commit(1), commit(3), absent(3, 6), release(3)];
    expect(next(one)).toBeUndefined();
    expect(next(one, vote(3, 'accept'))).toBeUndefined();
    expect(next(one, absent(3, 4), release(0), absent(0, 6))).toBeUndefined();
    expect(next(three, one)).toEqual({ kind: 'release', id, proofs: [one.proof, three.proof] });
    expect(next(one, gone)).toEqual({ kind: 'release', id, proofs: [gone.proof] });
    expect(next(one, three, released)).toEqual({ kind: 'release', id, proofs: [released.proof] });
  });
});

describe('queues', () => {
  const credits = (first: bigint, length: number, shard = 1, receiver = 2): Shown =>
    shown({
      type: 'credits',
      shard,
      receiver,
      first,
      credits: Array.from({ length }, (_, i) => ({
        id,
        index: Number(first) + i,
        amount: 1n,
        owner: ownerIn(2),
        fee: 0n,
      })),
    });

  test('the run that reaches farthest from the next number', () => {
    const { held } = new OneShard(2);
    const [short, long] = [credits(0n, 1), credits(0n, 3)];
    expect(
      nextCredits(held, 1, 2, [
        short,
        long,
        credits(1n, 9),
        credits(0n, 9, 3),
        credits(0n, 9, 1, 4),
        vote(1, 'accept'),
      ]),
    ).toEqual({ kind: 'credits', proofs: [long.proof] });
    expect(nextCredits(held, 1, 2, [credits(1n, 9)])).toBeUndefined();
    expect(nextCredits(held, 3, 2, [short])).toBeUndefined();
  });

  test('the cursor that drops most, within the queue', () => {
    const shard = new OneShard(2);
    shard.do({ kind: 'transaction', body: bodyOf([2], [3, 3, 3]) });
    const cursor = (next: bigint, from = 3, carrier = 2): Shown =>
      shown({ type: 'cursor', shard: from, carrier, next });
    const two = cursor(2n);
    expect(
      nextTrim(shard.held, 3, 2, [cursor(1n), two, cursor(4n), cursor(3n, 4), cursor(3n, 3, 5), commit(3)]),
    ).toEqual({ kind: 'trim', proofs: [two.proof] });
    expect(nextTrim(shard.held, 3, 2, [cursor(0n)])).toBeUndefined();
  });
});

test('a leaf is for those whom it concerns', () => {
  const two = ownerIn(9);
  const find = (wanted: Uint8Array) =>
    Buffer.compare(wanted, two) === 0 ? [1, 2] : Buffer.compare(wanted, id) === 0 ? parties.voters : undefined;
  for (const [from, accept, reject, commit, release] of [
    [1, [2, 3], [2, 3], [2, 3], [2, 3]],
    [2, [1], [1, 3], [1], []],
  ] as const) {
    expect(receiversOf({ type: 'vote', id, verdict: 'accept' }, from, find)).toEqual(accept);
    expect(receiversOf({ type: 'vote', id, verdict: 'reject' }, from, find)).toEqual(reject);
    expect(receiversOf({ type: 'commit', id }, from, find)).toEqual(commit);
    expect(receiversOf({ type: 'release', id }, from, find)).toEqual(release);
  }
  for (const [from, to] of [
    [1, [2]],
    [2, [1]],
  ] as const) {
    for (const verdict of ['accept', 'reject'] as const)
      expect(receiversOf({ type: 'vote', id: two, verdict }, from, find)).toEqual(to);
    expect(receiversOf({ type: 'commit', id: two }, from, find)).toEqual(to);
    expect(receiversOf({ type: 'release', id: two }, from, find)).toEqual([]);
  }
  expect(receiversOf({ type: 'commit', id: ownerIn(0) }, 1, find)).toEqual([]);
  expect(receiversOf({ type: 'cursor', carrier: 4, next: 1n, height: 1 }, 1, find)).toEqual([4]);
  const credit = { id, index: 0, amount: 1n, owner: ownerIn(5), fee: 0n };
  expect(receiversOf({ type: 'credit', receiver: 5, number: 0n, credit }, 1, find)).toEqual([5]);
});
