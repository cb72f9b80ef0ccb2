import type { Clock } from '../clock.ts';

/** Starts now; gives the seconds since then, none if the clock was set back. */
export const stopwatch = (clock: Pick<Clock, 'now'>): (() => number) => {
  const start = clock.now();
  return () => Math.max(0, clock.now() - start) / 1000;
};
