/** Elligator 2 for edwards25519 (RFC 9380, section 6.8.2 and appendix G.2.2). No branch on values. */
import { J, ONE_MINUS_I, SQRT_MINUS_J_2 } from './constants';
import { add, carry, choose, fromBytes, mul, neg, set, square, sub } from './field';
import { E0, E1, E2, E3, E4, E5, E6, E7, E8 } from './layout';
import { absolute, isZero, sqrtRatio } from './roots';

/** The point of a field element of 32 bytes, extended; the cofactor is not cleared. */
export function mapElligator(o: usize, bytes: usize): void {
  set(E8, 1);
  fromBytes(E0, bytes); // u
  square(E1, E0);
  add(E1, E1, E1); // 2u^2
  add(E2, E1, E8);
  carry(E2, E2); // d, the denominator of both candidates for x
  neg(E3, J); // the numerator of x1; that of x2 is 2u^2 times it
  // g(x1) = (x1^3 + J x1^2 d + x1 d^2) / d^3
  square(E4, E2);
  mul(E5, E4, E2);
  mul(E6, J, E1);
  mul(E6, E6, E3);
  add(E6, E6, E4);
  mul(E6, E6, E3);
  const square1 = -(<i64>sqrtRatio(E4, E6, E5));
  // If g(x1) is a square, y is its odd root. Else E4^2 = i g(x1), and (1 - i)^2 = 2/i: y is the even one of E4 u (1 - i).
  mul(E6, E4, E0);
  mul(E6, E6, ONE_MINUS_I);
  absolute(E6);
  neg(E4, E4);
  choose(E6, E4, square1); // y
  mul(E7, E3, E1);
  choose(E7, E3, square1); // x, over d
  // To the Edwards curve: x' = sqrt(-J - 2) x / y, y' = (x - 1) / (x + 1); the neutral point where one has no value.
  mul(E3, E7, SQRT_MINUS_J_2);
  mul(E4, E2, E6);
  sub(E5, E7, E2);
  add(E6, E7, E2);
  mul(E1, E4, E6);
  const none = -(<i64>isZero(E1));
  set(E0, 0);
  choose(E3, E0, none);
  choose(E4, E8, none);
  choose(E5, E8, none);
  choose(E6, E8, none);
  mul(o, E3, E6);
  mul(o + 80, E5, E4);
  mul(o + 160, E4, E6);
  mul(o + 240, E3, E5);
}
