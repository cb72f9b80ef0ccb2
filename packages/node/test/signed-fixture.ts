import { type Parties, partiesOf, placementOver } from '@ios/atomix';
import {
  encodeTransaction,
  type Input,
  type OutPoint,
  type Output,
  signTransaction,
  type Transaction,
  type TransactionBody,
  transactionId,
} from '@ios/ledger';
import { seedKey } from '../src/devnet/script-key.ts';
import { nodeHasher } from '../src/hasher.ts';

/** The keys that own what the tests spend. */
export const KEYS: readonly ReturnType<typeof seedKey>[] = [1, 2, 3, 4].map((i) => seedKey(new Uint8Array(32).fill(i)));

/** An output of one of {@link KEYS}. */
export interface Coin {
  readonly outpoint: OutPoint;
  readonly output: Output;
}

/** A transfer with witnesses that hold; its parties are those of a network of one shard. */
export interface SignedTransfer {
  readonly id: Uint8Array;
  readonly parties: Parties;
  readonly expiry: number;
  readonly transaction: Transaction;
  readonly bytes: Uint8Array;
  readonly coins: readonly Coin[];
}

/** Signs a transfer of coins to these outputs; among the keys are those that own them. */
export const transferBy = (
  chain: Uint8Array,
  keys: readonly ReturnType<typeof seedKey>[],
  coins: readonly Coin[],
  outputs: readonly Output[],
  expiry = 2,
): SignedTransfer => {
  const sign = (message: Uint8Array, owner: Uint8Array): Uint8Array =>
    keys.find(({ publicKey }) => Buffer.compare(publicKey, owner) === 0)!.sign(message);
  const inputs: Input[] = coins.map(({ outpoint, output }) => ({ outpoint, ...output }));
  const body: TransactionBody = { chain, kind: 'transfer', expiry, inputs, outputs };
  const id = transactionId(body, nodeHasher);
  const transaction = signTransaction(body, sign, nodeHasher);
  const made = outputs.map((output, index) => ({ outpoint: { id, index }, output }));
  return {
    id,
    parties: partiesOf(body, placementOver(1)),
    expiry,
    transaction,
    bytes: encodeTransaction(transaction),
    coins: made,
  };
};

/** Signs a transfer of coins of {@link KEYS} to these outputs. */
export const transfer = (
  chain: Uint8Array,
  coins: readonly Coin[],
  outputs: readonly Output[],
  expiry = 2,
): SignedTransfer => transferBy(chain, KEYS, coins, outputs, expiry);

/** Pays all that the coins hold, less the fee, to a key. */
export const pay = (chain: Uint8Array, coins: readonly Coin[], to = 0, fee = 0n): SignedTransfer => {
  const amount = coins.reduce((sum, { output }) => sum + output.amount, 0n) - fee;
  return transfer(chain, coins, [{ amount, owner: KEYS[to]!.publicKey }]);
};

/** The same transfer with its first witness changed. */
export const forge = (good: SignedTransfer): SignedTransfer => {
  const { transaction } = good;
  const [first, ...others] = transaction.witnesses as [Uint8Array, ...Uint8Array[]];
  const forged = { ...transaction, witnesses: [first.map((byte, i) => (i === 3 ? byte ^ 1 : byte)), ...others] };
  return { ...good, transaction: forged, bytes: encodeTransaction(forged) };
};
