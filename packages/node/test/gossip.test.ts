import { encodeTransaction, MAX_TRANSACTION_BYTES } from '@ios/ledger';
import { createScheduler } from '@ios/simulator';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGossip, decodeBatch, MAX_BATCH_BYTES } from '../src/shard/gossip.ts';
import { coin, spend } from './pool-fixture.ts';

const shortest = encodeTransaction(spend([coin(0)]).transaction);
const ofLength = (length: number, fill = 1): Uint8Array => new Uint8Array(length).fill(fill);

const gather = () => {
  const clock = createScheduler();
  const published: Uint8Array[] = [];
  const { push, stop } = createGossip(clock, (_topic, bytes) => published.push(bytes));
  const gossip = { push: (transaction: Uint8Array) => push(transaction, [0]), stop };
  return { clock, published, gossip, decoded: () => published.map((bytes) => decodeBatch(bytes)) };
};

describe('transactions are gathered', () => {
  test('for 10 ms after the first, in order', () => {
    const { clock, gossip, published, decoded } = gather();
    const sent = [1, 2, 3].map((fill) => ofLength(300, fill));
    gossip.push(sent[0]!);
    clock.runSync({ until: 9 });
    gossip.push(sent[1]!);
    expect(published).toEqual([]);
    clock.runSync({ until: 10 });
    gossip.push(sent[2]!);
    clock.runSync({ until: 100 });
    expect(decoded()).toEqual([sent.slice(0, 2), sent.slice(2)]);
    expect(clock.pending()).toBe(0);
  });

  test('each batch for 10 ms of its own', () => {
    const { clock, gossip, published } = gather();
    const times: number[] = [];
    const seen = (): void => {
      while (times.length < published.length) times.push(clock.now());
    };
    const large = ofLength(MAX_TRANSACTION_BYTES);
    const pushes = new Map([
      [0, 1],
      [2, 1],
      [4, 1],
      [11, 1],
      [40, 1],
      [45, 2],
    ]);
    for (let time = 0; time < 100; time++) {
      clock.runSync({ until: time });
      seen();
      for (let count = pushes.get(time) ?? 0; count > 0; count--) gossip.push(time < 40 ? shortest : large);
      seen();
    }
    expect(times).toEqual([10, 21, 45, 55]);
  });

  test('until a batch is full, which goes at once', () => {
    const { clock, gossip, decoded } = gather();
    const sent = Array.from({ length: 7 }, (_, i) => ofLength(MAX_TRANSACTION_BYTES, i));
    const firsts = (): unknown => decoded().map((batch) => batch?.map((transaction) => transaction[0]));
    for (const transaction of sent) gossip.push(transaction);
    // 2 of 45 kB each are in a batch of 128 KiB, and the seventh waits.
    expect(firsts()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    clock.runSync({ until: 10 });
    expect(firsts()).toEqual([[0, 1], [2, 3], [4, 5], [6]]);
    clock.runSync({ until: 100 });
    expect(decoded().length).toBe(4);
  });

  test('a batch is filled to the last byte', () => {
    const { clock, gossip, published } = gather();
    const first = ofLength(60_000);
    gossip.push(first);
    gossip.push(ofLength(MAX_BATCH_BYTES - 2 - 4 - 60_000 - 4));
    clock.runSync({ until: 10 });
    gossip.push(first);
    gossip.push(ofLength(MAX_BATCH_BYTES - 2 - 4 - 60_000 - 4 + 1));
    clock.runSync({ until: 20 });
    expect(published.map(({ length }) => length)).toEqual([MAX_BATCH_BYTES, 60_006, MAX_BATCH_BYTES - 60_003]);
  });

  test('and forgotten when it stops', () => {
    const { clock, gossip, published } = gather();
    gossip.push(shortest);
    gossip.stop();
    for (let i = 0; i < 4; i++) gossip.push(ofLength(MAX_TRANSACTION_BYTES));
    clock.runSync({ until: 100 });
    expect(published).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});

test('to the shards that they are for, on a topic each', () => {
  const clock = createScheduler();
  const published: [string, number][] = [];
  const gossip = createGossip(clock, (topic, bytes) => published.push([topic, decodeBatch(bytes)!.length]));
  gossip.push(shortest, [2, 11]);
  clock.runSync({ until: 5 });
  gossip.push(shortest, [11]);
  gossip.push(shortest, [7]);
  clock.runSync({ until: 100 });
  expect(published).toEqual([
    ['transactions-2', 1],
    ['transactions-11', 2],
    ['transactions-7', 1],
  ]);
  gossip.push(shortest, [2, 7]);
  gossip.stop();
  expect(clock.pending()).toBe(0);
});

describe('a batch decodes', () => {
  test('strictly', () => {
    const { clock, gossip, published } = gather();
    gossip.push(shortest);
    gossip.push(ofLength(300));
    clock.runSync({ until: 10 });
    const [bytes] = published as [Uint8Array];
    expect(decodeBatch(bytes)).toEqual([shortest, ofLength(300)]);
    expect(decodeBatch(bytes.subarray(0, -1))).toBeUndefined();
    expect(decodeBatch(Uint8Array.from([...bytes, 0]))).toBeUndefined();
    expect(decodeBatch(Uint8Array.of(0, 0))).toEqual([]);
    expect(decodeBatch(new Uint8Array(0))).toBeUndefined();
    expect(decodeBatch(Uint8Array.of(0))).toBeUndefined();
  });

  test('within its bounds', () => {
    const of = (count: number, length: number): Uint8Array => {
      const bytes = new Uint8Array(2 + count * (4 + length));
      new DataView(bytes.buffer).setUint16(0, count);
      for (let i = 0; i < count; i++) new DataView(bytes.buffer).setUint32(2 + i * (4 + length), length);
      return bytes;
    };
    expect(decodeBatch(of(3, shortest.length))?.length).toBe(3);
    expect(decodeBatch(of(3, shortest.length - 1))).toBeUndefined();
    expect(decodeBatch(of(30_000, 0))).toBeUndefined();
    expect(decodeBatch(of(1, MAX_BATCH_BYTES - 6))?.length).toBe(1);
    expect(decodeBatch(of(1, MAX_BATCH_BYTES - 5))).toBeUndefined();
  });

  test('or is nothing, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const decoded = decodeBatch(bytes);
        if (decoded === undefined) return;
        expect(decoded.reduce((sum, { length }) => sum + 4 + length, 2)).toBe(bytes.length);
      }),
    );
  });
});
