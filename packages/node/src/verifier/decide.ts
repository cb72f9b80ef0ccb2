import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Budget } from './budget.ts';
import type { Verdict } from './verifier.ts';

/** The two ways to look at signatures, wherever they run. */
export interface Engines {
  /** What a fast verifier accepts; it never accepts what ZIP215 refuses. */
  accept(claims: readonly SignedMessage[]): Promise<readonly boolean[]>;
  /** What ZIP215 says, some 25 times as slowly. */
  decide(claims: readonly SignedMessage[]): Promise<readonly boolean[]>;
}

/** Accepts fast, and lets ZIP215 decide on what is left, as far as the payer's budget reaches. */
export const decideAll = async (
  { accept, decide }: Engines,
  budget: Budget,
  claims: readonly SignedMessage[],
  payer: string | undefined,
): Promise<readonly Verdict[]> => {
  const accepted = await accept(claims);
  const left = claims.flatMap((_, i) => (accepted[i] ? [] : [i]));
  if (left.length === 0) return claims.map(() => 'valid');
  const affordable = left.slice(0, payer === undefined ? left.length : budget.take(payer, left.length));
  const decided = await decide(affordable.map((i) => claims[i]!));
  const verdicts = accepted.map((good): Verdict => (good ? 'valid' : 'undecided'));
  for (const [n, i] of affordable.entries()) verdicts[i] = decided[n] ? 'valid' : 'invalid';
  return verdicts;
};
