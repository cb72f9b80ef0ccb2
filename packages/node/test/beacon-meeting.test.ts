import { expect, test } from 'vitest';
import { startMeeting } from '../src/beacon/meeting.ts';
import { createManualClock } from './manual-clock.ts';

/** A meeting of so many validators, of whom these others are connected. */
const meeting = (validators: number, connected: readonly string[]) => {
  const clock = createManualClock();
  const peers = [...connected];
  let met = 0;
  const started = startMeeting({ validators, peers: () => peers, clock, limitMs: 100, onMet: () => met++ });
  return { clock, peers, started, met: () => met };
};

test('it is over from the start where a quorum is there, and nobody is told', async () => {
  for (const { started, clock, met } of [meeting(1, []), meeting(4, ['b', 'c'])]) {
    expect(started.isOver).toBe(true);
    started.look();
    await clock.advance(200);
    expect(met()).toBe(0);
  }
});

test('it ends once, with a quorum or with its time', async () => {
  const early = meeting(4, ['b']);
  early.started.look();
  expect(early.started.isOver).toBe(false);
  early.peers.push('c');
  early.started.look();
  early.started.look();
  await early.clock.advance(200);
  expect([early.started.isOver, early.met()]).toEqual([true, 1]);
  const late = meeting(4, []);
  await late.clock.advance(100);
  expect([late.started.isOver, late.met()]).toEqual([true, 1]);
});

test('stopped, it does not end by itself', async () => {
  const { started, clock, met } = meeting(4, []);
  started.stop();
  await clock.advance(200);
  expect(met()).toBe(0);
});
