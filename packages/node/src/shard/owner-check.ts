import type { Verifier } from '../verifier/verifier.ts';
import type { OwnerCache } from './owner-cache.ts';
import type { PoolEntry } from './pool-entry.ts';
import { REFUSALS, type Refused } from './refusal.ts';

/** Finds out whether the owners that a transaction would bring in are valid, in its sender's turn. */
export type OwnerCheck = (entry: PoolEntry) => Promise<Refused | undefined>;

/** A check that asks the verifier about owners that the cache does not know, and tells the cache which are valid. */
export const createOwnerCheck =
  (verifier: Pick<Verifier, 'verifyKeys'>, owners: OwnerCache): OwnerCheck =>
  async ({ transaction, from }) => {
    const asked = owners.unknown(transaction.body.outputs);
    if (asked.length === 0) return undefined;
    const verdicts = await verifier.verifyKeys(asked, from);
    owners.remember(asked.filter((_, i) => verdicts[i]));
    return verdicts.includes(false) ? REFUSALS.invalidOwner : undefined;
  };
