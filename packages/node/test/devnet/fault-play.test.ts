import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientError, type RpcClient } from '@ios/client';
import { afterEach, describe, expect, test } from 'vitest';
import type { FaultEvent } from '../../src/devnet/faults/conduct.ts';
import { parseFault } from '../../src/devnet/faults/plan.ts';
import { type FaultReports, playFault } from '../../src/devnet/faults/play.ts';
import { answerStatus } from '../../src/rpc/answers.ts';
import { healthyStatus } from '../rpc/fake-service.ts';

let folder: string | undefined;
afterEach(async () => {
  if (folder !== undefined) await rm(folder, { recursive: true });
  folder = undefined;
});

/** What is reported when, in turns of the clock; and from when on validators say that they make which epoch's randomness. */
interface Script {
  readonly reports: Readonly<Record<number, readonly [number, FaultEvent][]>>;
  readonly epochs: (k: number, turn: number) => number | 'dead';
}

const play = async (fault: string, { reports: script, epochs }: Script, limitMs = 60_000) => {
  folder = await mkdtemp(join(tmpdir(), 'ios-part-'));
  const part = join(folder, 'part');
  const reports: FaultReports = { onReport: () => {} };
  const calls: string[] = [];
  const events: string[] = [];
  let turn = 0;
  const client = (k: number): RpcClient =>
    ({
      call: async () => {
        const epoch = epochs(k, turn);
        if (epoch === 'dead') throw new ClientError('rpc-unreachable', 'dead');
        const status = answerStatus(healthyStatus);
        return { ...status, beacon: { ...status.beacon!, epoch } };
      },
    }) as unknown as RpcClient;
  const summary = await playFault({
    plan: parseFault(fault)!,
    part,
    fleet: {
      clients: [0, 1, 2, 3].map(client),
      expectEnd: async (k) => void calls.push(`expect ${k}`),
    },
    reports,
    startAgain: async (k) => void calls.push(`start ${k}`),
    time: {
      now: () => turn * 1_000,
      sleep: async () => {
        expect(existsSync(part)).toBe(true);
        turn++;
        for (const [k, event] of script[turn] ?? []) reports.onReport(k, event);
      },
    },
    onEvent: (text) => events.push(text),
    signal: new AbortController().signal,
    limitMs,
  });
  return { summary, calls, events };
};

const leads = (epoch: number, view: number): FaultEvent => ({ event: 'leads', epoch, view });
const fault = (epoch: number): FaultEvent => ({ event: 'fault', epoch });

describe('a fault that is played', () => {
  test('a leader that is killed: its end is expected, and it is started again once all others have gone on', async () => {
    const { summary, calls, events } = await play('leader-crash@shares', {
      reports: {
        1: [[2, leads(4, 0)]],
        2: [[2, fault(4)]],
        5: [[0, { event: 'proposes', epoch: 4, height: 9, view: 1 }]],
        6: [[0, leads(5, 0)]],
      },
      epochs: (k, turn) => (k === 2 ? 'dead' : turn < 6 + k ? 4 : 5),
    });
    expect(summary).toEqual({
      ...{ fault: 'leader-crash@shares', validator: 2, epoch: 4, finishedBy: 0, namedBy: [] },
      ...{ recoveredAfterMs: 7_000, startedAgain: true },
    });
    expect(calls).toEqual(['expect 2', 'start 2']);
    expect(events).toEqual([
      'Fault leader-crash@shares: the first validator that comes to it is faulty',
      'Epoch 4: validator 2 asks for dealings as leader of view 0',
      'Epoch 4: validator 2 led, and was killed by SIGKILL when about half of the others had its shares',
      'Epoch 4: validator 0 proposes as leader of view 1 what came of the selection',
      'Epoch 4: all others have its randomness, 7.0 s after the fault',
      'Validator 2 is started again',
    ]);
  });

  test('a bad dealer is waited for until it is named, by whom it concerns', async () => {
    const { summary, calls } = await play('bad-dealer', {
      reports: {
        1: [[3, fault(1)]],
        8: [[0, { event: 'named', seat: 2, kind: 'bad-share' }]],
        9: [
          [1, { event: 'named', seat: 3, kind: 'bad-dealing' }],
          [1, { event: 'named', seat: 3, kind: 'bad-dealing' }],
        ],
      },
      epochs: () => 2,
    });
    expect(summary).toMatchObject({ validator: 3, namedBy: [1], startedAgain: false, recoveredAfterMs: 0 });
    expect(calls).toEqual([]);
  });

  test('a hidden sign-off is waited for until it is shown', async () => {
    const reports = { 1: [[3, fault(1)]], 9: [[3, { event: 'reveals', epoch: 1 }]] } as Script['reports'];
    const { events } = await play('hidden-signoff', { reports, epochs: () => 2 });
    expect(events.at(-1)).toBe('Epoch 1: validator 3 shows the sign-off that it hid');
  });

  test.each([
    ['leader-silent', {}, /After 5 s no validator was where it could be faulty\. Raise --timeout/],
    ['leader-silent', { 1: [[3, fault(2)]] }, /After 5 s there is no randomness of epoch 2 on all others/],
    ['bad-dealer', { 1: [[3, fault(1)]] }, /After 5 s nobody found a dealing bad/],
    ['hidden-signoff', { 1: [[3, fault(1)]] }, /After 5 s the sign-off is hidden still/],
  ] as const)('%s gives up', async (name, reports, wanted) => {
    const script = { reports: reports as unknown as Script['reports'], epochs: () => 2 };
    await expect(play(name, script, 5_000)).rejects.toThrow(wanted);
  });
});
