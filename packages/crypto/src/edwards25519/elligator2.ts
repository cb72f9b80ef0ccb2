import type { EdwardsPoint } from '@noble/curves/abstract/edwards.js';
import { FpIsSquare } from '@noble/curves/abstract/modular.js';
import { ed25519 } from '@noble/curves/ed25519.js';

/** Coefficient of curve25519, t² = s³ + J·s² + s. */
const J = 486662n;

/**
 * `map_to_curve_elligator2_edwards25519` (RFC 9380, sections 6.7.1 and 6.8.2, with Z = 2), the cofactor not cleared. In
 * variable time: for public input only.
 * @param u - an element of the field, below 2^255 - 19
 */
export const mapToCurve = (u: bigint): EdwardsPoint => {
  const { Fp } = ed25519.Point;
  const g = (s: bigint): bigint => Fp.mul(s, Fp.add(Fp.mul(s, Fp.add(s, J)), 1n));
  // -1 is a square and 2 is none, so 1 + 2u² is not zero.
  const s1 = Fp.div(Fp.neg(J), Fp.add(1n, Fp.mul(2n, Fp.sqr(u))));
  const first = FpIsSquare(Fp, g(s1));
  const s = first ? s1 : Fp.sub(Fp.neg(J), s1);
  const t = withSign(Fp.sqrt(g(s)), first);
  // The exceptional cases of the rational map.
  if (Fp.is0(t) || Fp.eql(s, Fp.neg(1n))) return ed25519.Point.ZERO;
  const c = withSign(Fp.sqrt(Fp.neg(J + 2n)), false);
  return ed25519.Point.fromAffine({ x: Fp.div(Fp.mul(c, s), t), y: Fp.div(Fp.sub(s, 1n), Fp.add(s, 1n)) });
};

/** The one of v and -v that is odd, or even. */
const withSign = (v: bigint, odd: boolean): bigint => (((v & 1n) === 1n) === odd ? v : ed25519.Point.Fp.neg(v));
