import { expect, test } from 'vitest';
import { createBeaconMeter } from '../../src/metrics/beacon.ts';
import type { BeaconProgress } from '../../src/service.ts';
import { createManualClock } from '../manual-clock.ts';
import { measured } from './scrape.ts';

const idle: BeaconProgress = {
  epoch: 1,
  attempt: 0,
  electionView: 0,
  phase: 'idle',
  leader: undefined,
  excluded: [],
  withheld: [],
};

const start = () => {
  const { meter, read } = measured();
  const clock = createManualClock();
  const see = createBeaconMeter(meter, clock);
  const seconds = (phase: string): Promise<number | undefined> =>
    read(`ios_beacon_phase_seconds_sum{phase="${phase}"}`);
  const stays = (phase: string): Promise<number | undefined> =>
    read(`ios_beacon_phase_seconds_count{phase="${phase}"}`);
  return { read, clock, see, seconds, stays };
};

test('phases are timed, however often one is told of them', async () => {
  const { clock, see, seconds, stays } = start();
  const stay = async (progress: Partial<BeaconProgress>, ms: number): Promise<void> => {
    for (const part of [0, 1, 2]) {
      see({ ...idle, ...progress }, 2);
      await clock.advance(part === 0 ? ms : 0);
    }
  };
  await stay({}, 5_000);
  await stay({ phase: 'lottery' }, 300);
  await stay({ phase: 'dealing', leader: 'a' }, 200);
  await stay({ phase: 'sign-off', leader: 'a' }, 100);
  await stay({ phase: 'recovery', leader: 'a' }, 400);
  expect(await stays('recovery')).toBeUndefined();
  await stay({ phase: 'output', leader: 'a' }, 500);
  await stay({ epoch: 2 }, 0);
  expect(await stays('idle')).toBeUndefined();
  for (const [phase, sum] of Object.entries({
    lottery: 0.3,
    dealing: 0.2,
    'sign-off': 0.1,
    recovery: 0.4,
    output: 0.5,
  }))
    expect([await seconds(phase), await stays(phase)], phase).toEqual([sum, 1]);
});

test('the same phase of another attempt is another one, and the attempt before has failed', async () => {
  const { read, clock, see, stays } = start();
  see({ ...idle, attempt: 3, phase: 'output' }, 9);
  await clock.advance(10);
  see({ ...idle, attempt: 3, phase: 'output' }, 9);
  expect(await read('ios_beacon_failed_attempts_total')).toBe(0);
  see({ ...idle, attempt: 4, phase: 'output' }, 10);
  expect([await stays('output'), await read('ios_beacon_failed_attempts_total')]).toEqual([1, 1]);
  // Caught up by two attempts at once; then the epoch is over.
  see({ ...idle, attempt: 6 }, 14);
  see({ ...idle, epoch: 2 }, 16);
  expect(await read('ios_beacon_failed_attempts_total')).toBe(3);
});

test('a leader that gives way to another at the same height is counted', async () => {
  const { read, see } = start();
  const leads = (leader: string | undefined, height: number): void =>
    see({ ...idle, phase: 'dealing', leader }, height);
  leads('a', 2);
  leads(undefined, 2);
  leads('a', 2);
  leads('b', 3);
  leads('a', 4);
  expect(await read('ios_beacon_failovers_total')).toBe(0);
  leads(undefined, 4);
  leads('c', 4);
  leads('c', 4);
  leads('b', 4);
  expect(await read('ios_beacon_failovers_total')).toBe(2);
});
