import type { SubmissionAnswer } from '@ios/client/methods';
import { bytesToHex } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import { createSubmitter, type Submittable } from '../../src/devnet/submission.ts';
import { AWAY, answeredBy, membersOf } from './fake-validator.ts';

const transfer = (i: number, length = 4, voters = [0]): Submittable => {
  const bytes = new Uint8Array(length);
  new DataView(bytes.buffer).setUint32(0, i);
  return {
    id: new Uint8Array(32).fill(i),
    bytes,
    parties: { voters, participants: voters, inputShards: [], outputShards: [] },
    expiry: 2,
  };
};
const number = (hex: string): number => Number.parseInt(hex.slice(0, 8), 16);
const pending = (i: number): SubmissionAnswer => ({ status: 'pending', id: bytesToHex(transfer(i).id) });

/** Validators that note what they are given, by number, and answer as a test says. */
const validators = (count: number, answer: (k: number, i: number) => SubmissionAnswer = (_, i) => pending(i)) => {
  const given = Array.from({ length: count }, (): number[][] => []);
  const clients = given.map((batches, k) =>
    answeredBy({
      submitTransactions({ transactions }: { transactions: string[] }) {
        const batch = transactions.map(number);
        batches.push(batch);
        return batch.map((i) => answer(k, i));
      },
    }),
  );
  return { given, clients };
};

const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe('submission', () => {
  test('deals transfers in turn, in batches that one call holds', async () => {
    const { given, clients } = validators(2);
    let now = 5;
    const submitter = createSubmitter(
      numbers(600).map((i) => transfer(i % 256)),
      [membersOf(clients)],
      { now: () => now++ },
    );
    await submitter.submitAll();
    expect(given.map((batches) => batches.map(({ length }) => length))).toEqual([
      [256, 44],
      [256, 44],
    ]);
    expect(given[1]!.flat().slice(0, 3)).toEqual([1, 3, 5]);
    expect(submitter.transfers.every(({ submittedAt }) => submittedAt !== undefined)).toBe(true);
  });

  test('gives a transfer to one validator of each shard that votes on it', async () => {
    const { given, clients } = validators(5);
    const shards = [
      [1, 3, 4],
      [0, 2],
    ].map((seats) => seats.map((seat) => ({ seat, client: clients[seat]! })));
    const transfers = [transfer(0, 4, [0]), transfer(1, 4, [1]), transfer(2, 4, [0, 1]), transfer(3, 4, [0, 1])];
    let now = 0;
    const submitter = createSubmitter(transfers, shards, { now: () => now });
    await submitter.submitAll();
    expect(given.map((batches) => batches.flat())).toEqual([[2], [0, 3], [1, 3], [], [2]]);
    for (const tracked of submitter.transfers) if (tracked.turn !== 2) tracked.finalAt = 1;
    now = 10_000;
    await submitter.submitAgain();
    expect(given.map((batches) => batches.slice(1).flat())).toEqual([[], [2], [2], [], []]);
  });

  test('keeps each call below what a node takes, and sends a large transfer alone', async () => {
    const { given, clients } = validators(1);
    const large = numbers(5).map((i) => transfer(i, i === 3 ? 3 << 20 : 1 << 20));
    await createSubmitter(large, [membersOf(clients)], { now: () => 0 }).submitAll();
    expect(given[0]).toEqual([[0], [1], [2], [3], [4]]);
    const halves = numbers(5).map((i) => transfer(i, (1 << 20) - 8));
    given[0]!.length = 0;
    await createSubmitter(halves, [membersOf(clients)], { now: () => 0 }).submitAll();
    expect(given[0]).toEqual([[0, 1], [2, 3], [4]]);
  });

  test('counts a transfer once, however often it is accepted or waits', async () => {
    let now = 0;
    const { clients } = validators(1, (_, i) => ({
      status: i < 2 ? 'waiting' : 'known',
      id: bytesToHex(transfer(i).id),
    }));
    const submitter = createSubmitter(
      numbers(5).map((i) => transfer(i)),
      [membersOf(clients)],
      { now: () => now },
    );
    await submitter.submitAll();
    now = 10_000;
    await submitter.submitAgain();
    expect(submitter.counts).toMatchObject({ accepted: 5, waited: 2 });
  });

  test('gives what is not final to the next validator, 10 s after the last time', async () => {
    let now = 0;
    const { given, clients } = validators(3);
    const submitter = createSubmitter(
      numbers(6).map((i) => transfer(i)),
      [membersOf(clients)],
      { now: () => now },
    );
    await submitter.submitAll();
    submitter.transfers[0]!.finalAt = 1;
    now = 9_999;
    await submitter.submitAgain();
    expect(given.map((batches) => batches.length)).toEqual([1, 1, 1]);
    now = 10_000;
    await submitter.submitAgain();
    await submitter.submitAgain();
    expect(given.map((batches) => batches[1])).toEqual([[2, 5], [3], [1, 4]]);
    now = 20_000;
    await submitter.submitAgain();
    expect(given.map((batches) => batches[2])).toEqual([[1, 4], [2, 5], [3]]);
  });

  test('does not begin again while a submission goes on', async () => {
    let now = 0;
    let answer = (_: SubmissionAnswer[]): void => {};
    let calls = 0;
    const client = answeredBy({
      submitTransactions() {
        calls++;
        return new Promise<SubmissionAnswer[]>((resolve) => {
          answer = resolve;
        }) as never;
      },
    });
    const submitter = createSubmitter([transfer(1)], [membersOf([client])], { now: () => now });
    const all = submitter.submitAll();
    now = 60_000;
    await submitter.submitAgain();
    expect(calls).toBe(1);
    answer([pending(1)]);
    await all;
  });

  test('bears a validator that is away, full or busy, and asks another', async () => {
    let now = 0;
    const { given, clients } = validators(2, (_, i) =>
      i === 0 ? { status: 'rejected', id: null, code: 'pool-full', message: 'full' } : pending(i),
    );
    const away = answeredBy({
      submitTransactions() {
        throw AWAY;
      },
    });
    const submitter = createSubmitter([transfer(0), transfer(1)], [membersOf([clients[0]!, away])], { now: () => now });
    await submitter.submitAll();
    expect(submitter.counts.accepted).toBe(0);
    now = 10_000;
    await submitter.submitAgain();
    expect(given[0]).toEqual([[0], [1]]);
    expect(submitter.counts.accepted).toBe(1);
  });

  test.each<[string, SubmissionAnswer[], RegExp]>([
    [
      'a refusal',
      [{ status: 'rejected', id: null, code: 'bad-witness', message: 'a signature does not hold' }],
      /^Validator 0 refused transfer 0101.*: a signature does not hold\.$/,
    ],
    ['an answer for another transfer', [pending(2)], /^Validator 0 answered for 0202.* when it was given 0101/],
    ['too few answers', [], /^Validator 0 answered 0 of 1 submissions/],
  ])('fails on %s', async (_, answers, wanted) => {
    const client = answeredBy({ submitTransactions: () => answers });
    const submitter = createSubmitter([transfer(1)], [membersOf([client])], { now: () => 0 });
    await expect(submitter.submitAll()).rejects.toThrow(wanted);
  });
});
