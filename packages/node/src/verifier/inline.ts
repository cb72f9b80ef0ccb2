import { verify } from '@ios/crypto/ed25519';
import { isValidKey } from '@ios/crypto/edwards25519';
import { type Clock, systemClock } from '../clock.ts';
import { type BudgetRate, createBudget } from './budget.ts';
import { decideAll, decideKeys, type Engines } from './decide.ts';
import { allHold } from './holds.ts';
import { acceptsNatively, isNativeTrustworthy } from './native.ts';
import type { Verifier } from './verifier.ts';

/** Bad signatures: some dozens at once are an accident; what goes on, at one to a few ms each, is a tenth of one core at most. */
export const DEFAULT_BUDGET: BudgetRate = { burst: 64, perSecond: 30 };

/** Keys that nobody has seen: those of a large block at once; what goes on, at 0.1 to 0.25 ms each, is a quarter of one core at most. */
export const DEFAULT_KEY_BUDGET: BudgetRate = { burst: 8_192, perSecond: 1_000 };

/** What decides on this very thread. */
export const inlineEngines = (native: boolean = isNativeTrustworthy()): Engines => ({
  accept: async (claims) => claims.map((claim) => native && acceptsNatively(claim)),
  decide: async (claims) => claims.map(({ signature, message, publicKey }) => verify(signature, message, publicKey)),
  keys: async (keys) => keys.map((key) => isValidKey(key)),
});

/** A verifier without threads, for simulations and small programs: it blocks while it works. */
export const createInlineVerifier = ({
  clock = systemClock,
  budget = DEFAULT_BUDGET,
  keyBudget = DEFAULT_KEY_BUDGET,
}: {
  readonly clock?: Pick<Clock, 'now'>;
  readonly budget?: BudgetRate;
  readonly keyBudget?: BudgetRate;
} = {}): Verifier => {
  const engines = inlineEngines();
  const forgeries = createBudget(budget, clock);
  const newKeys = createBudget(keyBudget, clock);
  return {
    verify: (claims, payer) => decideAll(engines, forgeries, claims, payer),
    verifyKeys: (keys, payer) => decideKeys(engines, newKeys, keys, payer),
    holds: (assertion, signal) => allHold(engines, assertion, 1, signal),
    close: async () => {},
  };
};
