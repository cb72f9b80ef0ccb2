import { key33 } from './bytes.ts';
import { LedgerError } from './error.ts';
import type { Output } from './transaction.ts';

/** An unspent output under its map key, linked with the others of its owner. */
export interface Coin {
  readonly key: string;
  readonly output: Output;
  readonly account: Account;
  before: Coin | undefined;
  after: Coin | undefined;
}

/** The coins of one owner, a list from which any coin leaves in constant time. */
interface Account {
  readonly key: string;
  readonly owner: Uint8Array;
  first: Coin | undefined;
}

/** Accounts by owner; an account without coins is not kept. */
export type OwnerIndex = Map<string, Account>;

/** An index without accounts. */
export const createOwnerIndex = (): OwnerIndex => new Map();

/** Adds an output to its owner's account; the coins of an account share one copy of the owner's bytes. */
export function deposit(index: OwnerIndex, key: string, { amount, owner }: Output): Coin {
  const account = accountOf(index, owner);
  const output = { amount, owner: account.owner };
  const coin: Coin = { key, output, account, before: undefined, after: account.first };
  if (account.first !== undefined) account.first.before = coin;
  account.first = coin;
  return coin;
}

/** Takes a coin out of its account. */
export function withdraw(index: OwnerIndex, { account, before, after }: Coin): void {
  if (before === undefined) account.first = after;
  else before.after = after;
  if (after !== undefined) after.before = before;
  if (account.first === undefined) index.delete(account.key);
}

/** The coins of an owner; throws `out-of-range` unless it is 32 bytes. */
export function coinsOf(index: OwnerIndex, owner: Uint8Array): Coin[] {
  const coins: Coin[] = [];
  for (let coin = index.get(ownerKey(owner))?.first; coin !== undefined; coin = coin.after) coins.push(coin);
  return coins;
}

function ownerKey(owner: Uint8Array): string {
  if (owner.length !== 32) throw new LedgerError('out-of-range', `owner: ${owner.length} bytes, 32 wanted`);
  return key33(owner, 0);
}

function accountOf(index: OwnerIndex, owner: Uint8Array): Account {
  const key = ownerKey(owner);
  const known = index.get(key);
  if (known !== undefined) return known;
  const account: Account = { key, owner: owner.slice(), first: undefined };
  index.set(key, account);
  return account;
}
