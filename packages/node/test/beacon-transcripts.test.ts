import { expect, test } from 'vitest';
import { type LateTranscripts, startLateTranscripts } from '../src/beacon/late-transcripts.ts';
import { decodeBeaconMessage, encodeBeaconMessage } from '../src/beacon/messages.ts';
import { openTranscripts, type Transcripts } from '../src/beacon/transcripts.ts';
import { createMemoryDisk, type MemoryDisk } from '../src/store/memory.ts';
import { openDisk } from './chain-fixture.ts';
import { createManualClock } from './manual-clock.ts';

const GOOD = Uint8Array.of(1, 2, 3);
const BAD = Uint8Array.of(6);

test('a transcript is of an attempt: one of an attempt that failed is not that of the output', async () => {
  const disk = createMemoryDisk();
  const transcripts = openTranscripts(await openDisk(disk));
  await transcripts.miss(256);
  await transcripts.miss(3);
  expect(await transcripts.missing()).toEqual([3, 256]);
  void transcripts.keep(3, 1, GOOD);
  expect(await transcripts.at(3, 1)).toEqual(GOOD);
  expect(await transcripts.at(3, 0)).toBeUndefined();
  await transcripts.keep(4, 0, BAD);
  disk.crash(() => 0);
  const again = openTranscripts(await openDisk(disk));
  expect(await again.missing()).toEqual([256]);
  expect([await again.at(3, 1), await again.at(3, 0), await again.at(4, 0)]).toEqual([GOOD, undefined, BAD]);
});

interface Late {
  readonly late: LateTranscripts;
  readonly transcripts: Transcripts;
  readonly clock: ReturnType<typeof createManualClock>;
  /** Who was sent what: `peer kind epoch`. */
  readonly sent: string[];
}

const start = async (disk: MemoryDisk = createMemoryDisk(), peers = ['a', 'b', 'c']): Promise<Late> => {
  const transcripts = openTranscripts(await openDisk(disk));
  const clock = createManualClock();
  const sent: string[] = [];
  const late = await startLateTranscripts({
    transcripts,
    clock,
    attemptOf: (epoch) => (epoch < 10 ? epoch % 2 : undefined),
    peers: () => peers,
    send(peer, bytes) {
      const message = decodeBeaconMessage(bytes)!;
      sent.push(`${peer} ${message.kind} ${message.epoch}`);
    },
    isProof: (_epoch, transcript) => Buffer.compare(transcript, GOOD) === 0,
    fail: (cause) => {
      throw cause;
    },
  });
  return { late, transcripts, clock, sent };
};

/** Lets what is written be written. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

test('what is missing is asked of one peer after another until one answers with what proves the output', async () => {
  const { late, transcripts, clock, sent } = await start();
  await late.decided(2);
  expect(sent).toEqual(['c want 2']);
  late.take('c', 2, BAD);
  late.take('c', 2, GOOD);
  late.take('a', 2, GOOD);
  await clock.advance(1_000);
  expect(sent.splice(0)).toEqual(['c want 2', 'a want 2']);
  late.take('a', 4, GOOD);
  late.take('b', 2, GOOD);
  await clock.advance(1_000);
  expect(sent.splice(0)).toEqual(['b want 2']);
  await settled();
  expect(await transcripts.at(2, 0)).toBeUndefined();
  late.take('b', 2, GOOD);
  await settled();
  expect([await transcripts.at(2, 0), await transcripts.missing()]).toEqual([GOOD, []]);
  await clock.advance(10_000);
  expect(sent).toEqual([]);
  late.stop();
});

test('several epochs take turns, none has the same peer asked for ever, and an answer has the next asked at once', async () => {
  const { late, clock, sent } = await start();
  for (const epoch of [3, 6]) await late.decided(epoch);
  await clock.advance(5_000);
  expect(sent.splice(0)).toEqual(['a want 3', 'b want 3', 'a want 6', 'c want 3', 'b want 6', 'a want 3']);
  late.take('a', 3, GOOD);
  await settled();
  expect(sent.splice(0)).toEqual(['c want 6']);
  late.take('c', 6, GOOD);
  await settled();
  await clock.advance(5_000);
  expect(sent).toEqual([]);
  late.stop();
});

test('what is missing is missing after a restart, and what was recovered here is not asked for', async () => {
  const disk = createMemoryDisk();
  const before = await start(disk, []);
  void before.transcripts.keep(5, 1, GOOD);
  await before.late.decided(5);
  await before.late.decided(7);
  before.late.stop();
  disk.crash(() => 0);
  const { late, sent } = await start(disk);
  expect(sent).toEqual(['b want 7']);
  late.stop();
});

test('a peer is answered with the transcript of a decided output, once a second', async () => {
  const { late, transcripts, clock, sent } = await start();
  await transcripts.keep(2, 0, GOOD);
  await transcripts.keep(3, 0, GOOD);
  await transcripts.keep(12, 0, GOOD);
  const ask = async (peer: string, epoch: number): Promise<string[]> => {
    late.serve(peer, epoch);
    await settled();
    return sent.splice(0);
  };
  expect(await ask('x', 2)).toEqual(['x transcript 2']);
  expect(await ask('x', 2)).toEqual([]);
  expect(await ask('y', 2)).toEqual(['y transcript 2']);
  await clock.advance(1_000);
  // Of epoch 3 there is one of an attempt that failed; of epoch 12 nothing is decided.
  expect([await ask('x', 3), await ask('y', 12)]).toEqual([[], []]);
  await clock.advance(1_000);
  expect(await ask('x', 2)).toEqual(['x transcript 2']);
  late.stop();
});

test('messages about transcripts have one encoding', () => {
  const want = { kind: 'want', epoch: 7 } as const;
  const transcript = { kind: 'transcript', epoch: 7, bytes: GOOD } as const;
  for (const message of [want, transcript]) expect(decodeBeaconMessage(encodeBeaconMessage(message))).toEqual(message);
  expect(decodeBeaconMessage(Uint8Array.of(...encodeBeaconMessage(want), 0))).toBeUndefined();
});
