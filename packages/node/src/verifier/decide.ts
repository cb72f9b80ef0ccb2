import type { SignedMessage } from '@ios/crypto/ed25519';
import type { Budget } from './budget.ts';
import { isKeyLength, isWellFormed } from './claims.ts';
import type { Verdict } from './verifier.ts';

/** The ways to look at well-formed claims and keys, wherever they run. */
export interface Engines {
  /** What a fast verifier accepts; it never accepts what ZIP215 refuses. */
  accept(claims: readonly SignedMessage[]): Promise<readonly boolean[]>;
  /** What ZIP215 says, some 16 times as slowly. */
  decide(claims: readonly SignedMessage[]): Promise<readonly boolean[]>;
  /** Which keys may own outputs: a point decompression each, twice the time that accepting a signature takes. */
  keys(keys: readonly Uint8Array[]): Promise<readonly boolean[]>;
}

/** Accepts fast, and lets ZIP215 decide on what is left, as far as the payer's budget reaches. */
export const decideAll = async (
  { accept, decide }: Pick<Engines, 'accept' | 'decide'>,
  budget: Budget,
  claims: readonly SignedMessage[],
  payer: string,
): Promise<readonly Verdict[]> => {
  const verdicts = claims.map((claim): Verdict => (isWellFormed(claim) ? 'undecided' : 'invalid'));
  await ask(verdicts, claims, accept, open(verdicts), 'undecided');
  const left = open(verdicts);
  await ask(verdicts, claims, decide, left.slice(0, budget.take(payer, left.length)), 'invalid');
  return verdicts;
};

/** Decides on as many keys as the payer's budget reaches. */
export const decideKeys = async (
  { keys: engine }: Pick<Engines, 'keys'>,
  budget: Budget,
  keys: readonly Uint8Array[],
  payer: string,
): Promise<readonly Verdict[]> => {
  const verdicts = keys.map((key): Verdict => (isKeyLength(key) ? 'undecided' : 'invalid'));
  const left = open(verdicts);
  await ask(verdicts, keys, engine, left.slice(0, budget.take(payer, left.length)), 'invalid');
  return verdicts;
};

const open = (verdicts: readonly Verdict[]): number[] =>
  verdicts.flatMap((verdict, i) => (verdict === 'undecided' ? [i] : []));

/** Enters an engine's answers for those with these indices; `no` stands for a refusal. */
const ask = async <T>(
  verdicts: Verdict[],
  all: readonly T[],
  engine: (asked: readonly T[]) => Promise<readonly boolean[]>,
  asked: readonly number[],
  no: Verdict,
): Promise<void> => {
  if (asked.length === 0) return;
  const answers = await engine(asked.map((i) => all[i]!));
  for (const [n, i] of asked.entries()) verdicts[i] = answers[n] ? 'valid' : no;
};
