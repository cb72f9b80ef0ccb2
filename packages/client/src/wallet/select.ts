import { formatIos, type Input, MAX_INPUTS, outpointKey } from '@ios/ledger';
import { ClientError } from '../error.ts';

/** Coins that were chosen, and what they hold. */
export interface Selection {
  readonly coins: readonly Input[];
  readonly sum: bigint;
}

/**
 * The fewest coins that hold at least `need` atomic units, at most 256: the largest first, equal ones by outpoint, so that
 * the same coins give the same choice. Throws `ClientError`: `insufficient-funds`, `too-many-inputs`.
 */
export function selectCoins(coins: readonly Input[], need: bigint): Selection {
  const sorted = [...coins].sort(bySize);
  const chosen: Input[] = [];
  let sum = 0n;
  for (const coin of sorted) {
    if (sum >= need || chosen.length === MAX_INPUTS) break;
    chosen.push(coin);
    sum += coin.amount;
  }
  if (sum >= need) return { coins: chosen, sum };
  const have = coins.reduce((total, { amount }) => total + amount, 0n);
  if (have < need) {
    throw new ClientError(
      'insufficient-funds',
      `Insufficient funds: have ${formatIos(have)} IOS, need ${formatIos(need)} IOS.`,
      { have, need },
    );
  }
  throw new ClientError(
    'too-many-inputs',
    `A transaction spends at most ${MAX_INPUTS} outputs, and the largest of this wallet hold ${formatIos(sum)} IOS of the ${formatIos(need)} IOS needed. Pay a part to yourself first.`,
    { most: sum, need },
  );
}

function bySize(a: Input, b: Input): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1;
  return outpointKey(a.outpoint) < outpointKey(b.outpoint) ? -1 : 1;
}
