import { demand, isCount } from './error.ts';
import type { Rng } from './rng.ts';

/**
 * A distribution of delays in whole virtual milliseconds: always `ms`; any from `low` to `high`, both included; or
 * `low` plus an exponential draw of mean `mean`, cut at `high`, for the long tail that real links and disks have.
 */
export type Latency =
  | { readonly type: 'fixed'; readonly ms: number }
  | { readonly type: 'uniform'; readonly low: number; readonly high: number }
  | { readonly type: 'exponential'; readonly low: number; readonly mean: number; readonly high: number };

/**
 * round(1024 · -ln(1 - (i + 1/2) / 64)) for i = 0 … 62: the exponential distribution in integers, so that no engine's
 * logarithm decides a schedule. The 64th part of the draws goes on: by memorylessness it adds ln 64 and draws again.
 */
const QUANTILES: readonly number[] = [
  8, 24, 41, 58, 75, 92, 110, 128, 146, 165, 184, 203, 223, 243, 263, 284, 305, 327, 349, 372, 395, 419, 444, 469, 494,
  520, 547, 575, 603, 633, 663, 694, 726, 759, 793, 828, 865, 903, 942, 983, 1026, 1070, 1117, 1166, 1217, 1271, 1328,
  1388, 1452, 1520, 1594, 1672, 1758, 1851, 1953, 2067, 2195, 2342, 2513, 2719, 2976, 3320, 3844,
];
const LN_64 = 4259;

/** One delay drawn from `latency`, whole milliseconds. */
export const drawLatency = (latency: Latency, rng: Rng): number => {
  if (latency.type === 'fixed') return latency.ms;
  if (latency.type === 'uniform') return rng.between(latency.low, latency.high);
  let units = 0;
  let slot = rng.u32() >>> 26;
  while (slot === QUANTILES.length && units < 100 * LN_64) {
    units += LN_64;
    slot = rng.u32() >>> 26;
  }
  units += QUANTILES[slot] ?? 0;
  return Math.min(latency.high, latency.low + Math.floor((latency.mean * units) / 1024));
};

/** Throws `bad-argument` unless `latency` is one of the three shapes with whole milliseconds and low ≤ high. */
export const checkLatency = (latency: Latency, what: string): void => {
  const numbers =
    latency.type === 'fixed'
      ? [latency.ms]
      : latency.type === 'uniform'
        ? [latency.low, latency.high]
        : [latency.low, latency.mean, latency.high];
  demand(numbers.every(isCount), `the latency of ${what} is not in whole milliseconds: ${JSON.stringify(latency)}`);
  demand(
    latency.type === 'fixed' || latency.low <= latency.high,
    `the latency of ${what} is empty: ${JSON.stringify(latency)}`,
  );
};
