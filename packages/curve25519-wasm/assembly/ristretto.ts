/** ristretto255 (RFC 9496): encoding, decoding, the one-way map, equality. No branch on values but the answer of decoding. */
import { D, D_MINUS_ONE_SQ, INVSQRT_A_MINUS_D, ONE_MINUS_D_SQ, SQRT_AD_MINUS_ONE, SQRT_M1 } from './constants';
import { addPoint } from './edwards';
import { add, addSub, carry, choose, copy, fromBytes, mul, neg, negateIf, set, square, sub, toBytes } from './field';
import { BYTES, E0, E1, E2, E3, E4, E5, E6, E7, E8, PARTIAL, SUM } from './layout';
import { absolute, isNegative, isZero, sqrtRatio } from './roots';

/** RFC 9496, section 4.3.1. Returns 0 for bytes that encode no element. */
export function decodeRistretto(o: usize, bytes: usize): i32 {
  fromBytes(E0, bytes);
  toBytes(BYTES, E0);
  let different = load<u64>(BYTES, 0) ^ load<u64>(bytes, 0);
  different |= load<u64>(BYTES, 8) ^ load<u64>(bytes, 8);
  different |= load<u64>(BYTES, 16) ^ load<u64>(bytes, 16);
  different |= load<u64>(BYTES, 24) ^ load<u64>(bytes, 24);
  if (different != 0 || (load<u8>(bytes) & 1) != 0) return 0;
  square(E1, E0);
  set(E8, 1);
  sub(E2, E8, E1); // u1
  add(E3, E8, E1); // u2
  square(E4, E3); // u2^2
  square(E5, E2);
  mul(E5, E5, D);
  add(E5, E5, E4);
  neg(E5, E5); // v
  mul(E6, E5, E4);
  const wasSquare = sqrtRatio(E7, E8, E6);
  mul(E3, E7, E3); // den_x
  mul(E7, E7, E3);
  mul(E7, E7, E5); // den_y
  mul(E0, E0, E3);
  add(E0, E0, E0);
  absolute(E0);
  carry(o, E0);
  mul(o + 80, E2, E7);
  set(o + 160, 1);
  mul(o + 240, o, o + 80);
  return wasSquare & (isNegative(o + 240) ^ 1) & (isZero(o + 80) ^ 1);
}

/** RFC 9496, section 4.3.2. */
export function encodeRistretto(bytes: usize, a: usize): void {
  addSub(E0, E1, a + 160, a + 80);
  mul(E0, E0, E1); // u1
  mul(E1, a, a + 80); // u2
  square(E2, E1);
  mul(E2, E2, E0);
  set(E8, 1);
  sqrtRatio(E3, E8, E2);
  mul(E0, E3, E0); // den1
  mul(E1, E3, E1); // den2
  mul(E2, E0, E1);
  mul(E2, E2, a + 240); // 1/z
  mul(E3, a + 240, E2);
  const rotate = -(<i64>isNegative(E3));
  mul(E4, a, SQRT_M1);
  mul(E5, a + 80, SQRT_M1);
  mul(E0, E0, INVSQRT_A_MINUS_D);
  copy(E6, a);
  choose(E6, E5, rotate); // x
  copy(E7, a + 80);
  choose(E7, E4, rotate); // y
  choose(E1, E0, rotate); // 1/den
  mul(E3, E6, E2);
  negateIf(E7, -(<i64>isNegative(E3)));
  sub(E7, a + 160, E7);
  mul(E7, E7, E1);
  absolute(E7);
  toBytes(bytes, E7);
}

/** Whether two extended points stand for one element (RFC 9496, section 4.3.3). */
export function equalsRistretto(a: usize, b: usize): i32 {
  mul(E0, a, b + 80);
  mul(E1, a + 80, b);
  sub(E0, E0, E1);
  mul(E2, a + 80, b + 80);
  mul(E3, a, b);
  sub(E2, E2, E3);
  return isZero(E0) | isZero(E2);
}

/** MAP of RFC 9496, section 4.3.4, of 32 bytes. */
function map(o: usize, bytes: usize): void {
  fromBytes(E0, bytes);
  square(E1, E0);
  mul(E1, E1, SQRT_M1); // r
  set(E8, 1);
  add(E2, E1, E8);
  mul(E2, E2, ONE_MINUS_D_SQ); // u
  mul(E3, E1, D);
  add(E3, E3, E8);
  neg(E3, E3);
  add(E4, E1, D);
  mul(E3, E3, E4); // v
  const noSquare = -(<i64>(sqrtRatio(E4, E2, E3) ^ 1)); // s
  mul(E5, E4, E0);
  absolute(E5);
  neg(E5, E5);
  choose(E4, E5, noSquare);
  neg(E6, E8);
  choose(E6, E1, noSquare); // c
  sub(E1, E1, E8);
  mul(E6, E6, E1);
  mul(E6, E6, D_MINUS_ONE_SQ);
  sub(E6, E6, E3); // N
  mul(E0, E4, E3);
  add(E0, E0, E0); // w0
  mul(E1, E6, SQRT_AD_MINUS_ONE); // w1
  square(E4, E4);
  sub(E2, E8, E4); // w2
  add(E3, E8, E4); // w3
  mul(o, E0, E3);
  mul(o + 80, E2, E1);
  mul(o + 160, E1, E3);
  mul(o + 240, E0, E2);
}

/** The one-way map of 64 bytes: the sum of the maps of both halves. */
export function mapRistretto(o: usize, bytes: usize): void {
  map(SUM, bytes);
  map(PARTIAL, bytes + 32);
  addPoint(o, SUM, PARTIAL);
}
