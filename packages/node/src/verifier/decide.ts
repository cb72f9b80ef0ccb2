import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Budget } from './budget.ts';
import { isWellFormed } from './claims.ts';
import type { Verdict } from './verifier.ts';

/** The two ways to look at well-formed claims, wherever they run. */
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
  const verdicts = claims.map((claim): Verdict => (isWellFormed(claim) ? 'undecided' : 'invalid'));
  const open = (): number[] => verdicts.flatMap((verdict, i) => (verdict === 'undecided' ? [i] : []));
  const ask = async (engine: Engines['accept'], asked: readonly number[], no: Verdict): Promise<void> => {
    if (asked.length === 0) return;
    const answers = await engine(asked.map((i) => claims[i]!));
    for (const [n, i] of asked.entries()) verdicts[i] = answers[n] ? 'valid' : no;
  };
  await ask(accept, open(), 'undecided');
  const left = open();
  const affordable = payer === undefined ? left.length : budget.take(payer, left.length);
  await ask(decide, left.slice(0, affordable), 'invalid');
  return verdicts;
};
