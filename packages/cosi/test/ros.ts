import { invert, mod } from '@noble/curves/abstract/modular.js';
import type { Curve, CurvePoint } from '../src/index.ts';

/** A signer with many sessions open, as a forger sees it who has two nonces of its own to choose from in each. */
export interface OpenSessions {
  readonly curve: Curve;
  readonly count: number;
  /** What the signer contributes to R in a session, once the forger chose (0 or 1). */
  nonce(session: number, choice: number): CurvePoint;
  /** The challenge that the signer would answer. */
  challenge(session: number, choice: number): bigint;
  /** The signer's answer; it gives one for each session. */
  respond(session: number, choice: number): bigint;
}

/**
 * The attack on many open sessions in polynomial time: Benhamouda, Lepoint, Loss, Orrù and Raykova, "On the (in)security of
 * ROS", EUROCRYPT 2021, section 3. From answers to all sessions it computes one to a challenge of its own.
 *
 * 1. For every session two possible challenges, c_i^0 and c_i^1, and the weight ρ_i = 2^i / (c_i^1 - c_i^0).
 * 2. R* = Σ ρ_i R_i, and the forgery's challenge c* from R*.
 * 3. The bits of c* - Σ ρ_i c_i^0 modulo ℓ say which nonce to choose in each session; then Σ ρ_i c_i = c*.
 * 4. s* = Σ ρ_i s_i answers c* under R*.
 */
export const forge = (
  { curve, count, nonce, challenge, respond }: OpenSessions,
  challengeOf: (R: CurvePoint) => bigint,
): { R: CurvePoint; s: bigint; choices: readonly number[]; weights: readonly bigint[] } => {
  const l = curve.order;
  const sessions = Array.from({ length: count }, (_, i) => i);
  const first = sessions.map((i) => challenge(i, 0));
  const weights = sessions.map((i) => mod((1n << BigInt(i)) * invert(mod(challenge(i, 1) - first[i]!, l), l), l));
  const R = curve.multiScalarMultiply(
    sessions.map((i) => nonce(i, 0)),
    weights,
  );
  const rest = mod(challengeOf(R) - sessions.reduce((sum, i) => sum + weights[i]! * first[i]!, 0n), l);
  const choices = sessions.map((i) => Number((rest >> BigInt(i)) & 1n));
  const s = mod(
    sessions.reduce((sum, i) => sum + weights[i]! * respond(i, choices[i]!), 0n),
    l,
  );
  return { R, s, choices, weights };
};
