/**
 * Multiplications by secret scalars: signed digits of four bits, a fixed sequence of point operations, and look-ups that
 * read the whole table. No branch and no address depends on the scalar or the point.
 */
import { addAffine, addCached, addPoint, copyPoint, double, doubleTimes, normaliseVartime, setBase, setIdentity, toCached } from './edwards';
import { negateIf, swapIf } from './field';
import { AFFINE, BASE_TABLE, CACHED, DIGITS, FE, LOOKUP, ODD_TABLE, PARTIAL, POINT, SUM, TABLE } from './layout';

/** 64 digits from -8 to 8 of 32 bytes below 2^253, the lowest first. */
function recode(scalar: usize): void {
  for (let i: usize = 0; i < 32; i++) {
    const byte = load<u8>(scalar + i);
    store<u8>(DIGITS + 2 * i, byte & 15);
    store<u8>(DIGITS + 2 * i + 1, byte >> 4);
  }
  let c = 0;
  for (let i: usize = 0; i < 63; i++) {
    const digit = <i32>load<i8>(DIGITS + i) + c;
    c = (digit + 8) >> 4;
    store<i8>(DIGITS + i, <i8>(digit - (c << 4)));
  }
  store<i8>(DIGITS + 63, <i8>(<i32>load<i8>(DIGITS + 63) + c));
}

/** -1 if both are equal, else 0; both from 0 to 8. */
// @ts-ignore: decorator
@inline function equalMask(a: i32, b: i32): i64 {
  return (<i64>(a ^ b) - 1) >> 63;
}

/**
 * LOOKUP = one of the eight entries of `coordinates` field elements at `table`, whose number is `size`; of 0, the neutral
 * point, whose coordinates are `ones` times 1 and then 0. Every entry is read.
 */
// @ts-ignore: decorator
@inline function select(table: usize, coordinates: i32, ones: i32, size: i32): void {
  const none = i64x2.replace_lane(i64x2.splat(0), 0, equalMask(size, 0) & 1);
  for (let k = 0; k < coordinates; k++) {
    let a = k < ones ? none : i64x2.splat(0);
    let b = i64x2.splat(0);
    let c = i64x2.splat(0);
    let d = i64x2.splat(0);
    let e = i64x2.splat(0);
    let entry = table + <usize>k * FE;
    for (let j = 1; j <= 8; j++) {
      const mask = i64x2.splat(equalMask(size, j));
      a = v128.or(a, v128.and(mask, v128.load(entry)));
      b = v128.or(b, v128.and(mask, v128.load(entry, 16)));
      c = v128.or(c, v128.and(mask, v128.load(entry, 32)));
      d = v128.or(d, v128.and(mask, v128.load(entry, 48)));
      e = v128.or(e, v128.and(mask, v128.load(entry, 64)));
      entry += <usize>coordinates * FE;
    }
    const o = LOOKUP + <usize>k * FE;
    v128.store(o, a);
    v128.store(o, b, 16);
    v128.store(o, c, 32);
    v128.store(o, d, 48);
    v128.store(o, e, 64);
  }
}

/** LOOKUP = the cached multiple by a digit from -8 to 8 of the eight in TABLE. */
function lookUpCached(digit: i32): void {
  const sign = digit >> 31;
  select(TABLE, 4, 3, (digit ^ sign) - sign);
  swapIf(LOOKUP, LOOKUP + 80, <i64>sign);
  negateIf(LOOKUP + 240, <i64>sign);
}

/** LOOKUP = the affine multiple by a digit from -8 to 8 of the eight at `table`. */
function lookUpAffine(table: usize, digit: i32): void {
  const sign = digit >> 31;
  select(table, 3, 2, (digit ^ sign) - sign);
  swapIf(LOOKUP, LOOKUP + 80, <i64>sign);
  negateIf(LOOKUP + 160, <i64>sign);
}

/** o = scalar · point, extended. The output may be the point. */
export function multiply(o: usize, point: usize, scalar: usize): void {
  toCached(TABLE, point);
  copyPoint(SUM, point);
  for (let j: usize = 1; j < 8; j++) {
    addCached(SUM, SUM, TABLE);
    toCached(TABLE + j * POINT, SUM);
  }
  recode(scalar);
  setIdentity(SUM);
  for (let i = 63; i >= 0; i--) {
    doubleTimes(SUM, SUM, 4);
    lookUpCached(<i32>load<i8>(DIGITS + i));
    addCached(SUM, SUM, LOOKUP);
  }
  copyPoint(o, SUM);
}

/** o = scalar · B: the odd digits, times sixteen, then the even ones, from 32 tables of 256^i B. */
export function multiplyBase(o: usize, scalar: usize): void {
  recode(scalar);
  setIdentity(SUM);
  for (let i: usize = 1; i < 64; i += 2) {
    lookUpAffine(BASE_TABLE + (i >> 1) * (8 * AFFINE), <i32>load<i8>(DIGITS + i));
    addAffine(SUM, SUM, LOOKUP);
  }
  doubleTimes(SUM, SUM, 4);
  for (let i: usize = 0; i < 64; i += 2) {
    lookUpAffine(BASE_TABLE + (i >> 1) * (8 * AFFINE), <i32>load<i8>(DIGITS + i));
    addAffine(SUM, SUM, LOOKUP);
  }
  copyPoint(o, SUM);
}

/**
 * Fills the tables of the base point: j 256^i B, j from 1 to 8, i from 0 to 31; and its odd multiples. `room` are 102400
 * bytes.
 */
export function fillBaseTables(room: usize): void {
  setBase(PARTIAL);
  for (let i: usize = 0; i < 32; i++) {
    let entry = room + i * 8 * POINT;
    copyPoint(entry, PARTIAL);
    for (let j = 1; j < 8; j++) {
      addPoint(entry + POINT, entry, PARTIAL);
      entry += POINT;
    }
    doubleTimes(PARTIAL, PARTIAL, 8);
  }
  normaliseVartime(256, room, BASE_TABLE, room + 256 * POINT);
  setBase(room);
  double(PARTIAL, room);
  toCached(TABLE, PARTIAL);
  for (let j: usize = 1; j < 64; j++) addCached(room + j * POINT, room + (j - 1) * POINT, TABLE);
  normaliseVartime(64, room, ODD_TABLE, room + 64 * POINT);
}
