import { SQRT_M1 } from './constants';
import { add, choose, copy, mul, negateIf, square, squareTimes, sub, toBytes } from './field';
import { BYTES, P0, P1, P2, P3, R0, R1, R2, R3 } from './layout';

/** P0 = a^(2^250 - 1), and P3 = a^11. */
function power250(a: usize): void {
  square(P0, a);
  squareTimes(P1, P0, 2);
  mul(P1, a, P1);
  mul(P3, P0, P1);
  square(P0, P3);
  mul(P0, P1, P0);
  squareTimes(P1, P0, 5);
  mul(P0, P1, P0);
  squareTimes(P1, P0, 10);
  mul(P1, P1, P0);
  squareTimes(P2, P1, 20);
  mul(P1, P2, P1);
  squareTimes(P1, P1, 10);
  mul(P0, P1, P0);
  squareTimes(P1, P0, 50);
  mul(P1, P1, P0);
  squareTimes(P2, P1, 100);
  mul(P1, P2, P1);
  squareTimes(P1, P1, 50);
  mul(P0, P1, P0);
}

/** o = 1/a = a^(p - 2); 0 of 0. */
export function invert(o: usize, a: usize): void {
  power250(a);
  squareTimes(P0, P0, 5);
  mul(o, P0, P3);
}

/** 1 if the value is zero modulo p, else 0. */
export function isZero(a: usize): i32 {
  toBytes(BYTES, a);
  const bits = load<u64>(BYTES, 0) | load<u64>(BYTES, 8) | load<u64>(BYTES, 16) | load<u64>(BYTES, 24);
  return <i32>(((bits | (0 - bits)) >> 63) ^ 1);
}

/** 1 if the value from 0 to p - 1 is odd, which RFC 9496 calls negative, else 0. */
export function isNegative(a: usize): i32 {
  toBytes(BYTES, a);
  return <i32>(load<u8>(BYTES) & 1);
}

/** o = |o|: of o and -o the one that is not negative. */
export function absolute(o: usize): void {
  negateIf(o, -(<i64>isNegative(o)));
}

/**
 * SQRT_RATIO_M1 of RFC 9496, section 4.2: r = |sqrt(u/v)| and 1 if u/v is a square, else r = |sqrt(i u/v)| and 0;
 * of u = 0, r = 0 and 1; of v = 0 and u not 0, r = 0 and 0. The output must not be an operand.
 */
export function sqrtRatio(o: usize, u: usize, v: usize): i32 {
  // r = u v^3 (u v^7)^((p-5)/8)
  square(R0, v);
  mul(R0, R0, v);
  square(R1, R0);
  mul(R1, R1, v);
  mul(R1, R1, u);
  copy(R2, R1);
  power250(R2);
  squareTimes(P0, P0, 2);
  mul(R1, P0, R2);
  mul(R0, R0, u);
  mul(o, R0, R1);
  // Is v r^2 one of u, -u, -i u?
  square(R0, o);
  mul(R0, R0, v);
  sub(R1, R0, u);
  const correct = isZero(R1);
  add(R1, R0, u);
  const flipped = isZero(R1);
  mul(R2, u, SQRT_M1);
  add(R1, R0, R2);
  const flippedI = isZero(R1);
  mul(R3, o, SQRT_M1);
  choose(o, R3, -(<i64>(flipped | flippedI)));
  absolute(o);
  return correct | flipped;
}
