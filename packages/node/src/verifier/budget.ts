import type { Clock } from '../clock.ts';

/** How much of something a sender may have: `burst` at once, and `perSecond` more as time goes on. */
export interface BudgetRate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket of tokens for each sender. */
export interface Budget {
  /** Takes up to `wanted` tokens of a sender; returns how many it got. */
  take(payer: string, wanted: number): number;
}

/** How many senders are remembered; a forgotten one has its whole burst again. */
const SENDERS = 10_000;

/** A budget in which everyone has a full bucket. */
export const createBudget = ({ burst, perSecond }: BudgetRate, clock: Pick<Clock, 'now'>): Budget => {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    take(payer, wanted) {
      const now = clock.now();
      const { tokens, at } = buckets.get(payer) ?? { tokens: burst, at: now };
      const filled = Math.min(burst, tokens + (Math.max(0, now - at) * perSecond) / 1000);
      const taken = Math.min(wanted, Math.floor(filled));
      buckets.delete(payer);
      buckets.set(payer, { tokens: filled - taken, at: now });
      if (buckets.size > SENDERS) buckets.delete(buckets.keys().next().value!);
      return taken;
    },
  };
};
