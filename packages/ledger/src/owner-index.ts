import { bytesKey } from './bytes.ts';
import type { Output } from './transaction.ts';

/** An unspent output under its map key, linked with the others of its owner. */
export interface Coin {
  readonly key: string;
  readonly output: Output;
  readonly account: Account;
  before: Coin | undefined;
  after: Coin | undefined;
}

/** The coins of one owner, as a list whose ends move in constant time, and their sum in atomic units. */
export interface Account {
  readonly key: string;
  readonly owner: Uint8Array;
  first: Coin | undefined;
  balance: bigint;
}

/** Accounts by owner key; an account without coins is not kept. */
export type OwnerIndex = Map<string, Account>;

/** An index without accounts. */
export const createOwnerIndex = (): OwnerIndex => new Map();

/** The account of an owner, made if there is none. */
function accountOf(index: OwnerIndex, owner: Uint8Array): Account {
  const key = bytesKey(owner);
  const known = index.get(key);
  if (known !== undefined) return known;
  const account: Account = { key, owner, first: undefined, balance: 0n };
  index.set(key, account);
  return account;
}

/** Adds an output to its owner's account; its coin shares the account's bytes of the owner. */
export function deposit(index: OwnerIndex, key: string, { amount, owner }: Output): Coin {
  const account = accountOf(index, owner);
  const output = { amount, owner: account.owner };
  const coin: Coin = { key, output, account, before: undefined, after: account.first };
  if (account.first !== undefined) account.first.before = coin;
  account.first = coin;
  account.balance += amount;
  return coin;
}

/** Takes a coin out of its account. */
export function withdraw(index: OwnerIndex, { account, output, before, after }: Coin): void {
  if (before === undefined) account.first = after;
  else before.after = after;
  if (after !== undefined) after.before = before;
  account.balance -= output.amount;
  if (account.first === undefined) index.delete(account.key);
}

/** The coins of one owner. */
export function* coinsOf(index: OwnerIndex, owner: Uint8Array): Iterable<Coin> {
  for (let coin = index.get(bytesKey(owner))?.first; coin !== undefined; coin = coin.after) yield coin;
}
