/**
 * Points of -x^2 + y^2 = 1 + d x^2 y^2. Extended: X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z. Affine, for mixed
 * additions: y + x, y - x, 2dxy. Cached: Y + X, Y - X, Z, 2dT. The formulas are those of Hisil, Wong, Carter and Dawson
 * (ASIACRYPT 2008), complete for all points of this curve; the coordinates they store are carried.
 */
import { BASE_X, BASE_Y, D, D2 } from './constants';
import { add, addMiddle, addSub, carry, copy, doubleMiddle, fromBytes, mul, neg, negateIf, set, square, squareSum, sub, toBytes } from './field';
import { A0, A1, A2, A3, A4, A5, A6, A7, AFFINE, BYTES, CACHED, E0, E1, E2, E3, FE, P3, POINT } from './layout';
import { invert, isNegative, isZero, sqrtRatio } from './roots';

/** The neutral point. */
export function setIdentity(o: usize): void {
  set(o, 0);
  set(o + 80, 1);
  set(o + 160, 1);
  set(o + 240, 0);
}

export function setBase(o: usize): void {
  copy(o, BASE_X);
  copy(o + 80, BASE_Y);
  set(o + 160, 1);
  mul(o + 240, BASE_X, BASE_Y);
}

export function copyPoint(o: usize, a: usize): void {
  memory.copy(o, a, POINT);
}

// @ts-ignore: decorator
@inline function finish(o: usize): void {
  mul(o, A5, A7);
  mul(o + 80, A6, A4);
  mul(o + 160, A7, A6);
}

/** o = 2a without T, which a further doubling does not need. */
function doubleWithoutT(o: usize, a: usize): void {
  squareSum(A0, a, a + 80);
  square(A1, a);
  square(A2, a + 80);
  square(A3, a + 160);
  doubleMiddle(A4, A5, A6, A7, A1, A2, A0, A3);
  finish(o);
}

export function double(o: usize, a: usize): void {
  doubleWithoutT(o, a);
  mul(o + 240, A5, A4);
}

/** o = 2^n a, n at least 1 and public. */
export function doubleTimes(o: usize, a: usize, n: i32): void {
  doubleWithoutT(o, a);
  for (let i = 1; i < n; i++) doubleWithoutT(o, o);
  mul(o + 240, A5, A4);
}

/** o = a + q, q affine: seven multiplications. */
export function addAffine(o: usize, a: usize, q: usize): void {
  addSub(A1, A0, a + 80, a);
  mul(A0, A0, q + 80);
  mul(A1, A1, q);
  mul(A2, a + 240, q + 160);
  addMiddle(A4, A5, A6, A7, A1, A0, A2, a + 160);
  finish(o);
  mul(o + 240, A5, A4);
}

/** o = a - q, q affine. */
export function subtractAffine(o: usize, a: usize, q: usize): void {
  addSub(A1, A0, a + 80, a);
  mul(A0, A0, q);
  mul(A1, A1, q + 80);
  mul(A2, a + 240, q + 160);
  addMiddle(A4, A5, A7, A6, A1, A0, A2, a + 160);
  finish(o);
  mul(o + 240, A5, A4);
}

/** o = a + q, q cached. */
export function addCached(o: usize, a: usize, q: usize): void {
  addSub(A1, A0, a + 80, a);
  mul(A0, A0, q + 80);
  mul(A1, A1, q);
  mul(A2, a + 240, q + 240);
  mul(A3, a + 160, q + 160);
  addMiddle(A4, A5, A6, A7, A1, A0, A2, A3);
  finish(o);
  mul(o + 240, A5, A4);
}

/** o = a - q, q cached. */
export function subtractCached(o: usize, a: usize, q: usize): void {
  addSub(A1, A0, a + 80, a);
  mul(A0, A0, q);
  mul(A1, A1, q + 80);
  mul(A2, a + 240, q + 240);
  mul(A3, a + 160, q + 160);
  addMiddle(A4, A5, A7, A6, A1, A0, A2, A3);
  finish(o);
  mul(o + 240, A5, A4);
}

/** Extended to cached. */
export function toCached(o: usize, a: usize): void {
  addSub(o, o + 80, a + 80, a);
  copy(o + 160, a + 160);
  mul(o + 240, a + 240, D2);
}

/** o = a + b, both extended. */
export function addPoint(o: usize, a: usize, b: usize): void {
  toCached(CACHED, b);
  addCached(o, a, CACHED);
}

/** o = a - b, both extended. */
export function subtractPoint(o: usize, a: usize, b: usize): void {
  toCached(CACHED, b);
  subtractCached(o, a, CACHED);
}

export function negatePoint(o: usize, a: usize): void {
  neg(o, a);
  copy(o + 80, a + 80);
  copy(o + 160, a + 160);
  neg(o + 240, a + 240);
}

/** Affine x and y, each carried, to the form for mixed additions. */
export function toAffine(o: usize, x: usize, y: usize): void {
  mul(A0, x, y);
  addSub(o, o + 80, y, x);
  mul(o + 160, A0, D2);
}

/** Affine to extended: (4x, 4y, 4, 4xy). */
export function fromAffine(o: usize, q: usize): void {
  sub(A0, q, q + 80);
  add(A1, q, q + 80);
  mul(o + 240, A0, A1);
  add(A0, A0, A0);
  add(A1, A1, A1);
  carry(o, A0);
  carry(o + 80, A1);
  set(o + 160, 4);
}

/** Whether Z is the number one, as it is in points that were decoded. */
function isDecodedVartime(point: usize): bool {
  let others: i64 = load<i64>(point, 160) ^ 1;
  for (let i: usize = 8; i < 80; i += 8) others |= load<i64>(point + i, 160);
  return others == 0;
}

/**
 * `count` extended points, public ones, to affine ones by one inversion (Montgomery); none if all were decoded. `products`
 * has room for as many field elements.
 */
export function normaliseVartime(count: i32, points: usize, affine: usize, products: usize): void {
  set(E0, 1);
  let any = false;
  for (let i = 0; i < count; i++) {
    const point = points + <usize>i * POINT;
    if (isDecodedVartime(point)) continue;
    any = true;
    copy(products + <usize>i * FE, E0);
    mul(E0, E0, point + 160);
  }
  if (any) invert(E0, E0);
  for (let i = count - 1; i >= 0; i--) {
    const point = points + <usize>i * POINT;
    if (isDecodedVartime(point)) {
      toAffine(affine + <usize>i * AFFINE, point, point + 80);
      continue;
    }
    mul(E1, E0, products + <usize>i * FE);
    mul(E0, E0, point + 160);
    mul(E2, E1, point);
    mul(E1, E1, point + 80);
    toAffine(affine + <usize>i * AFFINE, E2, E1);
  }
}

/**
 * The affine point that 32 bytes encode by the rule of ZIP215: the low 255 bits are y modulo p, the top bit chooses x.
 * Returns 0 if there is no such x.
 */
export function decodeZip215(o: usize, bytes: usize): i32 {
  fromBytes(E0, bytes);
  if (!recoverX(E0)) return 0;
  negateIf(E1, -(<i64>(isNegative(E1) ^ (load<u8>(bytes, 31) >> 7))));
  toAffine(o, E1, E0);
  return 1;
}

/** The same by RFC 8032, section 5.1.3: y below p, and no sign on x = 0; extended. */
export function decodeStrict(o: usize, bytes: usize): i32 {
  fromBytes(o + 80, bytes);
  toBytes(BYTES, o + 80);
  const sign = load<u8>(bytes, 31) >> 7;
  let different = load<u64>(BYTES, 0) ^ load<u64>(bytes, 0);
  different |= load<u64>(BYTES, 8) ^ load<u64>(bytes, 8);
  different |= load<u64>(BYTES, 16) ^ load<u64>(bytes, 16);
  different |= load<u64>(BYTES, 24) ^ (load<u64>(bytes, 24) & 0x7fffffffffffffff);
  if (different != 0) return 0;
  if (!recoverX(o + 80)) return 0;
  if (sign && isZero(E1)) return 0;
  negateIf(E1, -(<i64>(isNegative(E1) ^ sign)));
  copy(o, E1);
  set(o + 160, 1);
  mul(o + 240, E1, o + 80);
  return 1;
}

/** E1 = |sqrt((y^2 - 1) / (d y^2 + 1))|; 0 if that is no square. */
function recoverX(y: usize): i32 {
  square(E1, y);
  mul(E2, E1, D);
  set(P3, 1);
  sub(A0, E1, P3);
  add(A1, E2, P3);
  return sqrtRatio(E1, A0, A1);
}

/** The 32 bytes of a point (RFC 8032, section 5.1.2). */
export function encode(bytes: usize, a: usize): void {
  invert(E0, a + 160);
  mul(E1, a, E0);
  mul(E2, a + 80, E0);
  const sign = isNegative(E1);
  toBytes(bytes, E2);
  store<u8>(bytes, load<u8>(bytes, 31) | <u8>(sign << 7), 31);
}

/** 1 if 8a is the neutral point: for batch equations, in which the cofactor counts. */
export function isSmallOrder(a: usize): i32 {
  doubleTimes(a, a, 3);
  return isIdentity(a);
}

/** 1 if both points are one. */
export function equalsPoint(a: usize, b: usize): i32 {
  mul(E0, a, b + 160);
  mul(E1, b, a + 160);
  sub(E0, E0, E1);
  mul(E2, a + 80, b + 160);
  mul(E3, b + 80, a + 160);
  sub(E2, E2, E3);
  return isZero(E0) & isZero(E2);
}

/** 1 for the neutral point. */
export function isIdentity(a: usize): i32 {
  sub(A0, a + 80, a + 160);
  return isZero(a) & isZero(A0);
}
