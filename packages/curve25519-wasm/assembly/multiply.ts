/**
 * Multiplications by secret scalars: signed digits of four bits, a fixed sequence of point operations, and look-ups that
 * read the whole table. No branch and no address depends on the scalar or the point.
 */
import { addAffine, addCached, addPoint, copyPoint, double, doubleTimes, normalise, setBase, setIdentity, toCached } from './edwards';
import { choose, negateIf, set, swapIf } from './field';
import { AFFINE, BASE_TABLE, CACHED, DIGITS, LOOKUP, PARTIAL, POINT, SUM, TABLE } from './layout';

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

/** LOOKUP = the cached multiple by a digit from -8 to 8 of the eight in TABLE. */
function lookUpCached(digit: i32): void {
  const sign = digit >> 31;
  const size = (digit ^ sign) - sign;
  set(LOOKUP, 1);
  set(LOOKUP + 80, 1);
  set(LOOKUP + 160, 1);
  set(LOOKUP + 240, 0);
  for (let j = 1; j <= 8; j++) {
    const mask = equalMask(size, j);
    const entry = TABLE + <usize>(j - 1) * POINT;
    choose(LOOKUP, entry, mask);
    choose(LOOKUP + 80, entry + 80, mask);
    choose(LOOKUP + 160, entry + 160, mask);
    choose(LOOKUP + 240, entry + 240, mask);
  }
  swapIf(LOOKUP, LOOKUP + 80, <i64>sign);
  negateIf(LOOKUP + 240, <i64>sign);
}

/** LOOKUP = the affine multiple by a digit from -8 to 8 of the eight at `table`. */
function lookUpAffine(table: usize, digit: i32): void {
  const sign = digit >> 31;
  const size = (digit ^ sign) - sign;
  set(LOOKUP, 1);
  set(LOOKUP + 80, 1);
  set(LOOKUP + 160, 0);
  for (let j = 1; j <= 8; j++) {
    const mask = equalMask(size, j);
    const entry = table + <usize>(j - 1) * AFFINE;
    choose(LOOKUP, entry, mask);
    choose(LOOKUP + 80, entry + 80, mask);
    choose(LOOKUP + 160, entry + 160, mask);
  }
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

/** Fills the table of the base point: j 256^i B, j from 1 to 8, i from 0 to 31. `room` are 102400 bytes. */
export function fillBaseTable(room: usize): void {
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
  normalise(256, room, BASE_TABLE, room + 256 * POINT);
}
