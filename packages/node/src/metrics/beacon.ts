import type { Clock } from '../clock.ts';
import type { BeaconProgress } from '../service.ts';
import type { Meter } from './meter.ts';
import { stopwatch } from './stopwatch.ts';

/** Sees how far a beacon is, and at which height, whenever that may have changed. */
export type BeaconMeter = (progress: BeaconProgress, height: number) => void;

/** Measures how long phases last, and counts failed attempts and leaders that gave way to another. */
export const createBeaconMeter = (meter: Meter, clock: Pick<Clock, 'now'>): BeaconMeter => {
  let last: BeaconProgress | undefined;
  let elapsed = stopwatch(clock);
  /** The last leader that was known at a height. */
  let led: { readonly height: number; readonly leader: string } | undefined;

  return (progress, height) => {
    const { epoch, attempt, phase, leader } = progress;
    const before = last;
    last = progress;
    if (leader !== undefined) {
      if (led?.height === height && led.leader !== leader) meter.count('ios_beacon_failovers_total', 1);
      led = { height, leader };
    }
    if (before?.epoch === epoch && before.attempt === attempt && before.phase === phase) return;
    if (before !== undefined && before.phase !== 'idle')
      meter.observe('ios_beacon_phase_seconds', elapsed(), { phase: before.phase });
    if (before?.epoch === epoch && attempt > before.attempt)
      meter.count('ios_beacon_failed_attempts_total', attempt - before.attempt);
    elapsed = stopwatch(clock);
  };
};
