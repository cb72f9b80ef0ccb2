import { key33 } from './bytes.ts';
import { LedgerError } from './error.ts';
import { insert, remove, type SortedRuns } from './sorted-runs.ts';
import type { Output } from './transaction.ts';

/** An unspent output under its map key, and the account of its owner. */
export interface Coin {
  readonly key: string;
  readonly output: Output;
  readonly account: Account;
}

/** The coins of one owner by their keys, how many they are, and their sum in atomic units. */
export interface Account {
  readonly key: string;
  readonly owner: Uint8Array;
  coins: SortedRuns<Coin>;
  count: number;
  sum: bigint;
}

/** Accounts by owner; an account without coins is not kept. */
export type OwnerIndex = Map<string, Account>;

/** An index without accounts. */
export const createOwnerIndex = (): OwnerIndex => new Map();

/** Adds an output to its owner's account; the coins of an account share one copy of the owner's bytes. */
export function deposit(index: OwnerIndex, key: string, { amount, owner }: Output): Coin {
  const name = ownerKey(owner);
  const known = index.get(name);
  const account: Account = known ?? { key: name, owner: owner.slice(), coins: [], count: 0, sum: 0n };
  const coin: Coin = { key, output: { amount, owner: account.owner }, account };
  if (known !== undefined) insert(account.coins, coin);
  else {
    account.coins = [[coin]];
    index.set(name, account);
  }
  account.count++;
  account.sum += amount;
  return coin;
}

/** Takes a coin out of its account. */
export function withdraw(index: OwnerIndex, { key, output, account }: Coin): void {
  if (account.count === 1) index.delete(account.key);
  else remove(account.coins, key);
  account.count--;
  account.sum -= output.amount;
}

/** The account of an owner, if it has coins; throws `out-of-range` unless the owner is 32 bytes. */
export const accountOf = (index: OwnerIndex, owner: Uint8Array): Account | undefined => index.get(ownerKey(owner));

function ownerKey(owner: Uint8Array): string {
  if (owner.length !== 32) throw new LedgerError('out-of-range', `owner: ${owner.length} bytes, 32 wanted`);
  return key33(owner, 0);
}
