import { type Epoch, encodeSelection, type Session, sessionId } from '@ios/drp';
import { schoenmakersPvss } from '@ios/pvss';
import { createScheduler } from '@ios/simulator';
import { expect, test } from 'vitest';
import { type Runs, startRuns } from '../src/beacon/runs.ts';
import { sessionsOf } from '../src/beacon/sessions.ts';
import { createMemoryDisk } from '../src/store/memory.ts';
import { createInlineVerifier } from '../src/verifier.ts';
import { openDisk } from './chain-fixture.ts';

const bytesOf = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const epochOf = (epoch: number): Epoch => ({
  scheme: schoenmakersPvss,
  chain: bytesOf(9),
  epoch,
  randomness: bytesOf(3),
  roster: [1, 2, 3, 4].map((i) => ({ identity: bytesOf(i), share: schoenmakersPvss.publicKey(BigInt(i)) })),
  policy: { faults: 1, groupSize: 64, oneGroupUpTo: 64, biasBits: 40 },
});
const session = (view: number, client: number, attempt = 0): Session => ({ attempt, view, client, excluded: [] });

const started = async (epoch = epochOf(1), disk = createMemoryDisk()): Promise<{ runs: Runs; dealt: Uint8Array[] }> => {
  const dealt: Uint8Array[] = [];
  const runs = await startRuns({
    epoch,
    sessions: sessionsOf(epoch),
    self: 0,
    timeouts: { ask: 100, deal: 100, fetch: 100, decrypt: 100 },
    clock: createScheduler(),
    store: await openDisk(disk),
    entropy: (length) => new Uint8Array(length),
    verifier: createInlineVerifier(),
    send: () => {},
    sign: (_kind, message) => {
      const made = new Uint8Array(64 + schoenmakersPvss.dealingLength(4, 2)).fill(dealt.length);
      dealt.push(message);
      return made;
    },
    output: () => {},
    fail: (cause) => {
      throw cause;
    },
  });
  return { runs, dealt };
};
const isOpen = (runs: Runs, one: Session, epoch = epochOf(1)): boolean =>
  runs.session(sessionId(epoch, one)) !== undefined;

test('a client has one session at a time, and goes forward: claims to lead crowd out nobody else', async () => {
  const { runs } = await started();
  runs.open(session(0, 1));
  runs.open(session(0, 2));
  for (let view = 1; view < 200; view++) runs.open(session(view, 2));
  expect(isOpen(runs, session(0, 1))).toBe(true);
  expect(isOpen(runs, session(198, 2))).toBe(false);
  expect(isOpen(runs, session(199, 2))).toBe(true);
  runs.open(session(5, 2));
  expect(isOpen(runs, session(5, 2))).toBe(false);
  runs.stop();
});

test('what was proposed is kept, until another selection is signed off or the attempt is over', async () => {
  const { runs } = await started();
  const selection = encodeSelection({ session: sessionId(epochOf(1), session(0, 2)), entries: [] });
  runs.check(session(0, 2), selection);
  runs.open(session(1, 2));
  expect(isOpen(runs, session(0, 2))).toBe(true);
  expect(isOpen(runs, session(1, 2))).toBe(true);
  runs.signedOff(session(0, 2), selection, new Uint8Array(0));
  expect(isOpen(runs, session(0, 2))).toBe(true);
  expect(isOpen(runs, session(1, 2))).toBe(false);
  runs.open(session(0, 2, 1));
  runs.endBefore(1);
  expect(isOpen(runs, session(0, 2))).toBe(false);
  expect(isOpen(runs, session(0, 2, 1))).toBe(true);
  runs.stop();
});

test.each([1, 255, 256])('a session has the same dealing after a restart: epoch %i', async (number) => {
  const epoch = epochOf(number);
  const disk = createMemoryDisk();
  const first = await started(epoch, disk);
  first.runs.open(session(0, 0));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(first.dealt.length).toBe(1);
  first.runs.stop();
  disk.crash(() => 0);
  const again = await started(epoch, disk);
  again.runs.open(session(0, 0));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(again.dealt).toEqual([]);
  again.runs.stop();
});
