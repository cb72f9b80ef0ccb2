import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { demand, isCount } from './error.ts';

/**
 * A seeded stream of pseudo-random numbers; 32-bit integer arithmetic only, so every engine draws the same.
 * Good for schedules, worthless for secrets.
 */
export interface Rng {
  /** The next whole number from 0 to 2^32 - 1. */
  u32(): number;
  /** A whole number from 0 to `n - 1`, unbiased; `n` from 1 to 2^32. Throws `bad-argument`. */
  below(n: number): number;
  /** A whole number from `low` to `high`, both included, at most 2^32 of them. Throws `bad-argument`. */
  between(low: number, high: number): number;
  /** True with `probability`, from 0 (never) to 1 (always). Throws `bad-argument`. */
  chance(probability: number): boolean;
  /** `length` fresh bytes. */
  bytes(length: number): Uint8Array;
  /** One of `items`. Throws `bad-argument` when there is none. */
  pick<T>(items: readonly T[]): T;
  /** `items` in a uniformly random order, as a new array. */
  shuffle<T>(items: readonly T[]): T[];
  /**
   * The stream named `label` below this one: it depends on the seed and the path of labels alone, never on what was
   * drawn before, so that taking one consumer away leaves the others' numbers as they were.
   */
  fork(label: string): Rng;
}

const TWO_32 = 4_294_967_296;

/** The stream that `seed` names, a whole number or any text; a number and its decimal text are one seed. */
export const createRng = (seed: number | string): Rng => {
  demand(typeof seed === 'string' || isCount(seed), `a seed is text or a whole number, not ${seed}`);
  return fromKey(sha256(utf8ToBytes(String(seed))));
};

/** sfc32 of Chris Doty-Humphrey's PractRand: 96 bits of state and a 32-bit counter, so no cycle is shorter than 2^32. */
const fromKey = (key: Uint8Array): Rng => {
  const word = (at: number): number => new DataView(key.buffer, key.byteOffset).getInt32(at);
  let a = word(0);
  let b = word(4);
  let c = word(8);
  let counter = 1;
  const u32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) u32();

  const below = (n: number): number => {
    demand(Number.isSafeInteger(n) && n >= 1 && n <= TWO_32, `no whole number from 0 to below ${n}`);
    const fair = TWO_32 - (TWO_32 % n);
    let drawn = u32();
    while (drawn >= fair) drawn = u32();
    return drawn % n;
  };
  return {
    u32,
    below,
    between: (low, high) => low + below(high - low + 1),
    chance: (probability) => {
      demand(probability >= 0 && probability <= 1, `${probability} is no probability`);
      // Scaling by a power of two is exact, so the comparison is the same everywhere.
      return u32() < probability * TWO_32;
    },
    bytes: (length) => {
      const out = new Uint8Array(length);
      for (let at = 0; at < length; at++) out[at] = u32() >>> 24;
      return out;
    },
    pick: (items) => {
      demand(items.length > 0, 'nothing to pick from');
      return items[below(items.length)]!;
    },
    shuffle: (items) => {
      const out = [...items];
      for (let left = out.length; left > 1; left--) {
        const at = below(left);
        [out[left - 1], out[at]] = [out[at]!, out[left - 1]!];
      }
      return out;
    },
    fork: (label) => fromKey(sha256(concatBytes(key, utf8ToBytes(label)))),
  };
};
