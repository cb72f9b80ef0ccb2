import type { Parties } from '@ios/atomix';
import type { Clock } from '../clock.ts';
import type { PoolEntry } from './pool-entry.ts';
import { createSenderBudgets, type Load } from './sender-budgets.ts';

/** Passes on what clients send here and other shards vote on, within bounds: nothing of it is kept, so no pool bounds it. */
export interface Forwarding {
  /** Whether there is room for it; then it takes that up, at the expense of its sender, until the second is over. */
  reserve(entry: Pick<PoolEntry, 'from' | 'size'> & { readonly parties: Pick<Parties, 'voters'> }): boolean;
  pass(entry: PoolEntry): void;
  stop(): void;
}

/** What one sender, and all together, may have passed on in a second; bytes count once for each shard that they go to. */
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
    reserve({ from, size, parties: { voters } }) {
      // What alone is more than a sender's part takes all of it: it is passed on, and nothing beside it.
      const bytes = Math.min(size * voters.length, limits.perSender.bytes);
      if (!perSender.fits(from, bytes) || !total.fits('', bytes)) return false;
      perSender.charge(from, bytes);
      total.charge('', bytes);
      cancel ??= clock.setTimeout(begin, SECOND_MS);
      return true;
    },
    pass,
    stop: () => cancel?.(),
  };
};
