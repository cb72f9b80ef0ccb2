import type { Clock } from '../clock.ts';
import type { PoolEntry } from './pool-entry.ts';
import { createSenderBudgets, type Load } from './sender-budgets.ts';

/** Passes on what clients send here and other shards vote on, within bounds: nothing of it is kept, so no pool bounds it. */
export interface Forwarding {
  /** Whether there is room for it; then it takes that up, at the expense of its sender, until the second is over. */
  reserve(entry: Pick<PoolEntry, 'from' | 'size'>): boolean;
  pass(entry: PoolEntry): void;
  stop(): void;
}

/** What one sender, and all together, may have passed on in a second. */
export interface ForwardingLimits {
  readonly perSender: Load;
  readonly total: Load;
}

/** A megabyte a second of one sender, eight of all: more than the blocks of a shard hold. */
const FORWARDING: ForwardingLimits = {
  perSender: { transactions: 4096, bytes: 1 << 20 },
  total: { transactions: 32_768, bytes: 8 << 20 },
};

const SECOND_MS = 1_000;

/** Nothing is passed on yet. */
export const createForwarding = (
  clock: Pick<Clock, 'setTimeout'>,
  pass: (entry: PoolEntry) => void,
  limits: ForwardingLimits = FORWARDING,
): Forwarding => {
  let perSender = createSenderBudgets(limits.perSender);
  let total = createSenderBudgets(limits.total);
  let cancel: (() => void) | undefined;

  const begin = (): void => {
    cancel = undefined;
    perSender = createSenderBudgets(limits.perSender);
    total = createSenderBudgets(limits.total);
  };

  return {
    reserve({ from, size }) {
      if (!perSender.fits(from, size) || !total.fits('', size)) return false;
      perSender.charge(from, size);
      total.charge('', size);
      cancel ??= clock.setTimeout(begin, SECOND_MS);
      return true;
    },
    pass,
    stop: () => cancel?.(),
  };
};
