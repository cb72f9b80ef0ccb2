import type { OutPoint } from './outpoint.ts';

/** The largest amount, 2^64 - 1 atomic units of 10^-8 IOS; also the bound of every sum of amounts. */
export const MAX_AMOUNT = 0xffffffffffffffffn;
/** The most inputs of one transaction. */
export const MAX_INPUTS = 256;
/** The most outputs of one transaction. */
export const MAX_OUTPUTS = 256;

/** Coins of one owner: an amount (1..2^64-1 atomic units of 10^-8 IOS) and an Ed25519 public key (32 bytes). */
export interface Output {
  readonly amount: bigint;
  readonly owner: Uint8Array;
}

/**
 * What a transaction spends: an outpoint, and beside it the amount and the owner (32 bytes) that it states that output
 * to have. The statement makes participants, conservation and fee functions of the body alone; validation holds it
 * against the output that is there.
 */
export interface Input {
  readonly outpoint: OutPoint;
  readonly amount: bigint;
  readonly owner: Uint8Array;
}

/**
 * The part of a transaction that its id covers: the hash of genesis (32 bytes), the kind, the last epoch in which it
 * may be applied (u32), 1..256 inputs and 1..256 outputs.
 */
export interface TransactionBody {
  readonly chain: Uint8Array;
  readonly kind: 'transfer';
  readonly expiry: number;
  readonly inputs: readonly Input[];
  readonly outputs: readonly Output[];
}

/**
 * A body and its witnesses: one Ed25519 signature (64 bytes) for each distinct owner of the inputs, in the order in
 * which the owners first appear. Witnesses are outside the id, so nobody can change an id by signing again.
 */
export interface Transaction {
  readonly body: TransactionBody;
  readonly witnesses: readonly Uint8Array[];
}
