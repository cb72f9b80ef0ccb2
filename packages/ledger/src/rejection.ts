import type { OutPoint } from './outpoint.ts';
import type { Output } from './transaction.ts';

/**
 * Why a transaction, or a block, is not valid, with a stable `code` and the facts. A rejection is an ordinary value:
 * data from a peer never throws once it is decoded.
 */
export type Rejection =
  /** The body is for another chain. */
  | { readonly code: 'wrong-chain'; readonly chain: Uint8Array }
  /** The last epoch in which it may be applied is over. */
  | { readonly code: 'expired'; readonly expiry: number; readonly epoch: number }
  /** It would stay valid longer than two epochs after the current one. */
  | { readonly code: 'expiry-too-far'; readonly expiry: number; readonly epoch: number }
  /** Inputs or outputs are not 1..256 in number. */
  | { readonly code: 'count'; readonly inputs: number; readonly outputs: number }
  /** An amount is not 1..2^64-1. */
  | { readonly code: 'amount'; readonly amount: bigint }
  /** Two inputs of one body name the same outpoint. */
  | { readonly code: 'duplicate-input'; readonly outpoint: OutPoint }
  /** The inputs or the outputs add up to more than 2^64-1. */
  | { readonly code: 'sum-overflow'; readonly sum: bigint }
  /** The outputs hold more than the inputs. */
  | { readonly code: 'overspent'; readonly inputs: bigint; readonly outputs: bigint }
  /** No unspent output has this outpoint: it was spent before, or is not made yet. */
  | { readonly code: 'missing-input'; readonly outpoint: OutPoint }
  /** The unspent output has another amount or owner than the input states. */
  | { readonly code: 'false-statement'; readonly outpoint: OutPoint; readonly found: Output }
  /** An earlier transaction of the same block spends the output. */
  | { readonly code: 'double-spend'; readonly outpoint: OutPoint }
  /** The signature of this owner does not verify. */
  | { readonly code: 'bad-witness'; readonly owner: Uint8Array }
  /** This owner of a new output is no canonical key, or one of small order. */
  | { readonly code: 'invalid-owner'; readonly owner: Uint8Array }
  /** The header of a block is for another chain or another epoch than the replica expects. */
  | { readonly code: 'wrong-header'; readonly field: 'chain' | 'epoch' };

/** The stable word of a rejection. */
export type RejectionCode = Rejection['code'];

/** The result of a check that did not pass. */
export interface Rejected {
  readonly valid: false;
  readonly rejection: Rejection;
}

/** The result of a check that passed: what the transaction pays, inputs less outputs, in atomic units. */
export interface Accepted {
  readonly valid: true;
  readonly fee: bigint;
}

/** A rejection as the result of a check. */
export const rejected = (rejection: Rejection): Rejected => ({ valid: false, rejection });
