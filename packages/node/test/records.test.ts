import { type CertifiedValue, type Closing, decodeEpochRecord, encodeBeaconValue } from '@ios/client/epochs';
import { expect, test } from 'vitest';
import { openDecisionLog } from '../src/instance/decision-log.ts';
import { FIRST_RECORD } from '../src/records/place.ts';
import { createRecords, type Records } from '../src/records/records.ts';
import { committeeOf } from '../src/shard/committee.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { openDisk } from './chain-fixture.ts';
import { createManualClock, type ManualClock } from './manual-clock.ts';

const zero = new Uint8Array(32);
const committee = committeeOf([1, 2, 3, 4].map((i) => new Uint8Array(32).fill(i)));
const LATE_MS = 1_000;

const closingOf = (shard: number, epoch: number): Closing => ({
  header: {
    ...{ chain: zero, shard, epoch, stepEntry: zero, height: 10 * (epoch + 1), previous: zero, proposer: 0 },
    ...{ parentCertificate: zero, executionDigest: zero, transactionRoot: zero, outboxRoot: zero, entryRoot: zero },
  },
  microState: {
    ...{ epoch, first: 10 * epoch + 1, before: [], headerRoot: zero, transactionRoot: zero },
    ...{ stateRoot: zero, registryRoot: zero, committee: [{ seat: shard, roster: 0 }] },
  },
});

interface Bench {
  readonly records: Records;
  readonly clock: ManualClock;
  /** Heights that may begin. */
  readonly ready: number[];
  /** A shard ended an epoch, and this node knows. */
  end(shard: number, epoch: number): void;
  /** This node's proposal for a height becomes the record. */
  decide(height: number): Promise<readonly Closing[]>;
}

const bench = async (): Promise<Bench> => {
  const clock = createManualClock();
  const log = await openDecisionLog(await openDisk(createMemoryDisk()), 11, FIRST_RECORD);
  const ended = new Set<string>();
  const ready: number[] = [];
  const output = (epoch: number): CertifiedValue => ({
    height: 1,
    value: encodeBeaconValue({ kind: 'output', epoch, attempt: 0, selection: zero, randomness: zero }),
    certificate: zero,
  });
  const records = await createRecords({
    log,
    closings: { at: async (shard, epoch) => (ended.has(`${shard}.${epoch}`) ? closingOf(shard, epoch) : undefined) },
    shards: 2,
    committee,
    initialRandomness: zero,
    outputs: { output },
    clock,
    lateMs: LATE_MS,
    ready: (height) => ready.push(height),
    onRecord: () => {},
    fail: (cause) => {
      throw cause;
    },
  });
  return {
    records,
    clock,
    ready,
    end(shard, epoch) {
      ended.add(`${shard}.${epoch}`);
      records.look();
    },
    async decide(height) {
      const value = await records.propose(height, 0);
      const certificate = { view: 0, mask: new Uint8Array(1), signature: new Uint8Array(64) };
      const decision = { height, value, digest: zero, certificate };
      await log.append(decision);
      await records.decided(decision);
      await records.prepare(height + 1);
      return decodeEpochRecord(value)!.closings;
    },
  };
};

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await undefined;
};
/** What a check says so far. */
const soFar = async (check: Promise<string | undefined>): Promise<string | undefined> => {
  await settled();
  return Promise.race([check, settled().then(() => 'pending')]);
};

test('a record waits for every shard, and for one that is late no longer', async () => {
  const { records, clock, ready, end, decide } = await bench();
  await records.prepare(1);
  end(0, 0);
  await settled();
  expect(ready).toEqual([]);
  end(1, 0);
  await settled();
  expect(ready).toEqual([1]);
  expect(await decide(1)).toEqual([closingOf(0, 0), closingOf(1, 0)]);

  end(0, 1);
  await clock.advance(LATE_MS - 1);
  await settled();
  expect(ready).toEqual([1]);
  await clock.advance(1);
  await settled();
  expect(ready).toEqual([1, 2]);
  expect(await decide(2)).toEqual([closingOf(0, 1)]);

  for (const [shard, epoch] of [
    [0, 2],
    [1, 2],
    [1, 1],
  ] as const)
    end(shard, epoch);
  expect(await decide(3)).toEqual([closingOf(0, 2), closingOf(1, 1), closingOf(1, 2)]);
});

test('a record that lacks a shard is not agreed to before the shard is late here, nor one that shows what is not known', async () => {
  const [early, late] = [await bench(), await bench()];
  for (const { records, end } of [early, late]) {
    await records.prepare(1);
    end(0, 0);
  }
  await late.clock.advance(LATE_MS);
  const lacking = await late.records.propose(1, 0);
  const check = early.records.check(1, 0, lacking, 0);
  expect(await soFar(check)).toBe('pending');
  early.end(1, 0);
  expect(await soFar(check)).toBe('pending');
  const whole = await early.records.propose(1, 0);
  expect(await soFar(late.records.check(1, 0, whole, 0))).toBe('pending');
  late.end(1, 0);
  expect(await soFar(late.records.check(1, 0, whole, 0))).toBeUndefined();
  await early.clock.advance(LATE_MS);
  expect(await soFar(check)).toBeUndefined();
  const wrong = 'it is not the record that follows here';
  expect(await soFar(early.records.check(1, 0, whole.subarray(1), 0))).toBe(wrong);
  expect(
    await soFar(
      early.records.check(
        1,
        0,
        whole.map((byte, i) => (i === 10 ? byte ^ 1 : byte)),
        0,
      ),
    ),
  ).toBe(wrong);
});
