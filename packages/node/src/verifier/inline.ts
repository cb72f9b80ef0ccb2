import { verify } from '@ios/crypto/ed25519';
import { type Clock, systemClock } from '../clock.ts';
import { type BudgetRate, createBudget } from './budget.ts';
import { decideAll, type Engines } from './decide.ts';
import { acceptsNatively, isNativeTrustworthy } from './native.ts';
import type { Verifier } from './verifier.ts';

/** Some dozens of bad signatures at once are an accident; what goes on, at 3.5 ms each, is a tenth of one core. */
export const DEFAULT_BUDGET: BudgetRate = { burst: 64, perSecond: 30 };

/** What decides on this very thread. */
export const inlineEngines = (native: boolean = isNativeTrustworthy()): Engines => ({
  accept: async (claims) => claims.map((claim) => native && acceptsNatively(claim)),
  decide: async (claims) => claims.map(({ signature, message, publicKey }) => verify(signature, message, publicKey)),
});

/** A verifier without threads, for simulations and small programs: it blocks while it works. */
export const createInlineVerifier = ({
  clock = systemClock,
  budget = DEFAULT_BUDGET,
}: {
  readonly clock?: Pick<Clock, 'now'>;
  readonly budget?: BudgetRate;
} = {}): Verifier => {
  const engines = inlineEngines();
  const bucket = createBudget(budget, clock);
  return {
    verify: (claims, payer) => decideAll(engines, bucket, claims, payer),
    close: async () => {},
  };
};
