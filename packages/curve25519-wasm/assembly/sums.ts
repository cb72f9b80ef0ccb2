/**
 * Σ scalar_i · point_i in variable time, of public scalars and points of any order: digits stand for the scalar itself,
 * nothing is taken modulo ℓ. Scalars are 32 bytes below 2^253. Straus takes extended points, Pippenger affine ones.
 */
import { addAffine, addCached, addPoint, copyPoint, double, doubleTimes, fromAffine, isIdentity, setIdentity, subtractAffine, subtractCached, toCached } from './edwards';
import { neg } from './field';
import { AFFINE, CACHED, ODD_TABLE, ODD_WIDTH, OUT, PADDED, PARTIAL, POINT, SUM } from './layout';
import { ORDER } from './scalar';

/** Bits of the longest of `count` scalars. */
export function longestVartime(count: i32, scalars: usize): i32 {
  for (let word: i32 = 24; word >= 0; word -= 8) {
    let all: u64 = 0;
    for (let i = 0; i < count; i++) all |= load<u64>(scalars + (<usize>i << 5) + word);
    if (all != 0) return 8 * word + 64 - <i32>clz<u64>(all);
  }
  return 0;
}

function pad(scalar: usize): void {
  memory.copy(PADDED, scalar, 32);
  store<u64>(PADDED, 0, 32);
}

/**
 * Pippenger (1976) with signed digits: window by window a point goes into the bucket of its digit by a mixed addition, the
 * buckets into Σ j · bucket[j]. `window` is from 4 to 12; `digits` has room for 2 · count · (1 + floor(bits / window))
 * bytes, `buckets` for 321 · 2^(window - 1).
 */
export function pippengerVartime(o: usize, count: i32, points: usize, scalars: usize, bits: i32, window: i32, digits: usize, buckets: usize): void {
  const half = 1 << (window - 1);
  const places = bits / window + 1;
  for (let i = 0; i < count; i++) {
    pad(scalars + (<usize>i << 5));
    let c = 0;
    for (let place = 0; place < places; place++) {
      const bit = place * window;
      let digit = <i32>((load<u32>(PADDED + (bit >> 3)) >> (bit & 7)) & ((1 << window) - 1)) + c;
      c = <i32>(digit > half);
      digit -= c << window;
      store<i16>(digits + (<usize>(place * count + i) << 1), <i16>digit);
    }
  }
  const used = buckets + <usize>half * POINT;
  setIdentity(o);
  for (let place = places - 1; place >= 0; place--) {
    if (place < places - 1) doubleTimes(o, o, window);
    memory.fill(used, 0, half);
    for (let i = 0; i < count; i++) {
      const digit = <i32>load<i16>(digits + (<usize>(place * count + i) << 1));
      if (digit == 0) continue;
      const point = points + <usize>i * AFFINE;
      const index = (digit < 0 ? -digit : digit) - 1;
      const bucket = buckets + <usize>index * POINT;
      if (load<u8>(used + index)) {
        if (digit > 0) addAffine(bucket, bucket, point);
        else subtractAffine(bucket, bucket, point);
      } else {
        store<u8>(used + index, 1);
        fromAffine(bucket, point);
        if (digit < 0) {
          neg(bucket, bucket);
          neg(bucket + 240, bucket + 240);
        }
      }
    }
    // The sum of all partial sums from the top.
    let empty = true;
    for (let j = half - 1; j >= 0; j--) {
      const bucket = buckets + <usize>j * POINT;
      if (load<u8>(used + j)) {
        if (empty) copyPoint(PARTIAL, bucket);
        else addPoint(PARTIAL, PARTIAL, bucket);
        empty = false;
      }
      if (!empty) addPoint(o, o, PARTIAL);
    }
  }
}

/** Digits of one scalar in Straus's sum. */
const DIGIT_BYTES: usize = 256;

/** Width of the digits for a scalar: short ones do not pay for a large table. */
function widthFor(bits: i32): i32 {
  return bits < 4 ? 2 : bits < 80 ? 4 : 5;
}

/** Width-w NAF of a scalar into 256 signed bytes, the lowest first; returns how many are in use. */
function nonAdjacentForm(digits: usize, scalar: usize, width: i32): i32 {
  memory.fill(digits, 0, DIGIT_BYTES);
  pad(scalar);
  const size = 1 << width;
  let length = 0;
  let c = 0;
  for (let bit = 0; bit < 256; ) {
    const digit = <i32>((load<u32>(PADDED + (bit >> 3)) >> (bit & 7)) & (size - 1)) + c;
    if ((digit & 1) == 0) {
      bit++;
      continue;
    }
    c = <i32>(digit >= size >> 1);
    store<i8>(digits + bit, <i8>(digit - (c << width)));
    length = bit + 1;
    bit += width;
  }
  return length;
}

/**
 * Straus (1964), interleaved (Möller, SAC 2001): for each point a table of odd multiples; all walk down one chain of
 * doublings. Unless `base` is 0, it is the scalar of one more term, the base point, whose table is there. `tables` has
 * room for 2560 · count bytes, `digits` for 256 · (count + 1).
 */
export function strausVartime(o: usize, count: i32, points: usize, scalars: usize, base: usize, tables: usize, digits: usize): void {
  let length = 0;
  for (let i = 0; i < count; i++) {
    const scalar = scalars + (<usize>i << 5);
    const width = widthFor(longestVartime(1, scalar));
    const own = nonAdjacentForm(digits + <usize>i * DIGIT_BYTES, scalar, width);
    if (own > length) length = own;
    let entry = tables + <usize>i * (8 * POINT);
    const point = points + <usize>i * POINT;
    toCached(entry, point);
    if (width == 2) continue;
    double(PARTIAL, point);
    toCached(CACHED, PARTIAL);
    copyPoint(SUM, point);
    for (let j = 1; j < 1 << (width - 2); j++) {
      addCached(SUM, SUM, CACHED);
      entry += POINT;
      toCached(entry, SUM);
    }
  }
  const ofBase = digits + <usize>count * DIGIT_BYTES;
  if (base != 0) {
    const own = nonAdjacentForm(ofBase, base, ODD_WIDTH);
    if (own > length) length = own;
  }
  setIdentity(o);
  let doublings = 0;
  for (let bit = length - 1; bit >= 0; bit--) {
    for (let i = 0; i < count; i++) {
      const digit = <i32>load<i8>(digits + <usize>i * DIGIT_BYTES + bit);
      if (digit == 0) continue;
      if (doublings > 0) doubleTimes(o, o, doublings);
      doublings = 0;
      const table = tables + <usize>i * (8 * POINT);
      if (digit > 0) addCached(o, o, table + <usize>(digit >> 1) * POINT);
      else subtractCached(o, o, table + <usize>(-digit >> 1) * POINT);
    }
    const digit = base == 0 ? 0 : <i32>load<i8>(ofBase + bit);
    if (digit != 0) {
      if (doublings > 0) doubleTimes(o, o, doublings);
      doublings = 0;
      if (digit > 0) addAffine(o, o, ODD_TABLE + <usize>(digit >> 1) * AFFINE);
      else subtractAffine(o, o, ODD_TABLE + <usize>(-digit >> 1) * AFFINE);
    }
    doublings++;
  }
  // One doubling was counted behind the last digit.
  if (doublings > 1) doubleTimes(o, o, doublings - 1);
}

/**
 * 1 if an extended point has order exactly ℓ: it is not the neutral one, and ℓ times it is. `room` are 3072 bytes.
 */
export function isPrimeOrderVartime(point: usize, room: usize): i32 {
  if (isIdentity(point)) return 0;
  strausVartime(OUT, 1, point, ORDER, 0, room, room + 8 * POINT);
  return isIdentity(OUT);
}
