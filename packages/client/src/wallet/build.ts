import { isValidKey } from '@ios/crypto/edwards25519';
import {
  decodeAddress,
  type Input,
  MAX_AMOUNT,
  MAX_OUTPUTS,
  type Output,
  signTransaction,
  type Transaction,
  transactionId,
} from '@ios/ledger';
import { bytesToHex } from '@noble/hashes/utils.js';
import { ClientError } from '../error.ts';
import type { OwnerKey } from './keys.ts';
import { selectCoins } from './select.ts';

/** Who gets how much. */
export interface Payment {
  /** An address (ios1…). */
  readonly to: string;
  /** Atomic units of 10^-8 IOS, 1 or more. */
  readonly amount: bigint;
}

/** A signed transaction, ready to be handed in as often as one likes. */
export interface SignedTransaction {
  /** 32 bytes in hexadecimal digits. */
  readonly id: string;
  readonly transaction: Transaction;
  /** What the inputs hold above the outputs, in atomic units. */
  readonly fee: bigint;
}

/** What a transfer is made of. */
export interface TransferPlan {
  /** Genesis hash, 32 bytes. */
  readonly chain: Uint8Array;
  /** The last epoch in which it may be applied. */
  readonly expiry: number;
  /** Coins to choose from; each has its key among `keys`. */
  readonly coins: readonly Input[];
  /** 1 to 255. */
  readonly payments: readonly Payment[];
  /** What the transaction leaves to the validators, in atomic units. */
  readonly fee: bigint;
  /** Whose coins are spent; the first gets the change. */
  readonly keys: readonly OwnerKey[];
}

/**
 * Chooses coins, adds the change, and signs; nothing is asked of a node. The same plan gives the same transaction. Throws
 * `ClientError`: `out-of-range` for an amount, an address or a number of payments that cannot be, `insufficient-funds`,
 * `too-many-inputs`.
 */
export function buildTransfer({ chain, expiry, coins, payments, fee, keys }: TransferPlan): SignedTransaction {
  const [first] = keys;
  if (first === undefined) throw outOfRange('A transfer needs a key');
  if (payments.length === 0 || payments.length >= MAX_OUTPUTS) {
    throw outOfRange(`A transfer makes 1 to ${MAX_OUTPUTS - 1} payments, not ${payments.length}`);
  }
  if (fee < 0n) throw outOfRange('A fee is 0 or more');
  const outputs = payments.map(outputOf);
  const need = outputs.reduce((sum, { amount }) => sum + amount, fee);
  if (need > MAX_AMOUNT) throw outOfRange('Payments and fee add up to more than there can be');
  const { coins: inputs, sum } = selectCoins(coins, need);
  const change = sum - need;
  const body = {
    chain,
    kind: 'transfer',
    expiry,
    inputs,
    outputs: change === 0n ? outputs : [...outputs, { amount: change, owner: first.publicKey }],
  } as const;
  const byOwner = new Map(keys.map((key) => [bytesToHex(key.publicKey), key]));
  const transaction = signTransaction(body, (message, owner) => byOwner.get(bytesToHex(owner))!.sign(message));
  return { id: bytesToHex(transactionId(body)), transaction, fee };
}

function outputOf({ to, amount }: Payment): Output {
  if (amount < 1n || amount > MAX_AMOUNT) throw outOfRange(`An amount is 1 to 2^64 - 1 atomic units, not ${amount}`);
  const owner = addressee(to);
  if (!isValidKey(owner)) throw outOfRange(`Nobody can have the key of the address ${to}`);
  return { amount, owner };
}

function addressee(address: string): Uint8Array {
  try {
    return decodeAddress(address);
  } catch (cause) {
    throw outOfRange(`${address.slice(0, 80)} is no address`, cause);
  }
}

const outOfRange = (what: string, cause?: unknown): ClientError =>
  new ClientError('out-of-range', `${what}.`, {}, cause);
