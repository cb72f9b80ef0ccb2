import type { Placement } from '@ios/atomix';
import { formatIos, type Input, MAX_INPUTS, outpointKey } from '@ios/ledger';
import { ClientError } from '../error.ts';

/**
 * The coins of the lowest shard whose own hold `need`, so that this shard decides alone and at once; all of them, where
 * several shards have to vote.
 */
export function preferOneShard(coins: readonly Input[], need: bigint, place: Placement): readonly Input[] {
  const shards = [...new Set(coins.map(({ owner }) => place(owner)))].sort((a, b) => a - b);
  const groups = shards.map((shard) => coins.filter(({ owner }) => place(owner) === shard));
  return groups.find((group) => largest(group, need).sum >= need) ?? coins;
}

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
  const selection = largest(coins, need);
  const { sum } = selection;
  if (sum >= need) return selection;
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

/** The largest coins, as many as it takes to hold `need`, or 256. */
function largest(coins: readonly Input[], need: bigint): Selection {
  const chosen: Input[] = [];
  let sum = 0n;
  for (const coin of [...coins].sort(bySize)) {
    if (sum >= need || chosen.length === MAX_INPUTS) break;
    chosen.push(coin);
    sum += coin.amount;
  }
  return { coins: chosen, sum };
}

function bySize(a: Input, b: Input): number {
  if (a.amount !== b.amount) return a.amount > b.amount ? -1 : 1;
  return outpointKey(a.outpoint) < outpointKey(b.outpoint) ? -1 : 1;
}
