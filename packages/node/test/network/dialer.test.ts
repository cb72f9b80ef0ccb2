import { expect, test } from 'vitest';
import type { Entropy } from '../../src/entropy.ts';
import { createDialer, type Dialer } from '../../src/network/dialer.ts';
import { createManualClock } from '../manual-clock.ts';

const middle: Entropy = () => Uint8Array.of(128, 0);

/** A dialer of the node `m`, with the times at which it dialled. */
function setUp({ entropy = middle, dial = async () => {} }: { entropy?: Entropy; dial?: () => Promise<void> } = {}) {
  const clock = createManualClock();
  const dialled: [string, number][] = [];
  const dialer: Dialer = createDialer({
    self: 'm',
    clock,
    entropy,
    dial: (peer) => {
      dialled.push([peer, clock.now()]);
      return dial();
    },
  });
  const times = (peer: string): number[] => dialled.flatMap(([name, time]) => (name === peer ? [time] : []));
  return { clock, dialer, dialled, times };
}

test('dials ever more rarely, up to a limit', async () => {
  const { clock, dialer, times } = setUp();
  dialer.seek('z');
  await clock.advance(60_000);
  const waits = times('z').map((time, index, all) => time - (all[index - 1] ?? 0));
  expect(waits).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12800, 15000, 15000]);
});

test('the higher name waits for the lower one to dial', async () => {
  const { clock, dialer, times } = setUp();
  dialer.seek('z');
  dialer.seek('a');
  await clock.advance(2_100);
  expect(times('z')[0]).toBe(100);
  expect(times('a')[0]).toBe(2_000);
});

test('waits are spread by half to one and a half', async () => {
  for (const [byte, expected] of [
    [0, 50],
    [255, 149],
  ] as const) {
    const { clock, dialer, times } = setUp({ entropy: () => Uint8Array.of(byte, 0) });
    dialer.seek('z');
    await clock.advance(150);
    expect(Math.floor(times('z')[0]!)).toBe(expected);
  }
});

test('a pause stops the dialling, and the next search goes on where it was', async () => {
  const { clock, dialer, times } = setUp();
  dialer.seek('z');
  await clock.advance(700);
  expect(times('z')).toEqual([100, 300, 700]);
  dialer.pause('z');
  await clock.advance(10_000);
  expect(times('z')).toHaveLength(3);
  dialer.seek('z');
  await clock.advance(799);
  expect(times('z')).toHaveLength(3);
  await clock.advance(1);
  expect(times('z')).toHaveLength(4);
});

test('a peer that is reached, or wanted no more, is dialled no more, and later as if new', async () => {
  const { clock, dialer, times } = setUp();
  dialer.seek('y');
  dialer.seek('z');
  await clock.advance(700);
  dialer.forget('z');
  dialer.retain((peer) => peer !== 'y');
  await clock.advance(60_000);
  expect([times('y').length, times('z').length]).toEqual([3, 3]);
  dialer.seek('z');
  await clock.advance(100);
  expect(times('z')).toHaveLength(4);
});

test('a peer of no use is dialled rarely from the first', async () => {
  const { clock, dialer, times } = setUp();
  dialer.seek('z');
  await clock.advance(100);
  dialer.shun('z');
  await clock.advance(45_000);
  expect(times('z')).toEqual([100, 15_100, 30_100, 45_100]);
});

test('a few dials at a time, one for each peer, and all get their turn', async () => {
  const open: (() => void)[] = [];
  const { clock, dialer, dialled } = setUp({ dial: () => new Promise((resolve) => open.push(resolve)) });
  const peers = Array.from({ length: 20 }, (_, index) => `z${index}`);
  for (const peer of peers) dialer.seek(peer);
  await clock.advance(10_000);
  expect(dialled).toHaveLength(8);
  for (const peer of peers) {
    dialer.pause(peer);
    dialer.seek(peer);
  }
  await clock.advance(10_000);
  expect(dialled).toHaveLength(8);
  while (new Set(dialled.map(([peer]) => peer)).size < 20) {
    expect(open.length).toBeGreaterThan(0);
    open.shift()!();
    await clock.advance(0);
  }
});

test('once stopped it does not dial', async () => {
  const { clock, dialer, dialled } = setUp();
  dialer.seek('z');
  dialer.stop();
  await clock.advance(60_000);
  expect(dialled).toEqual([]);
});
