import type { OutPoint } from './outpoint.ts';
import type { Output } from './transaction.ts';

/** Reads the unspent outputs. Nothing writes through a view: what a block changes is a returned delta. */
export interface UtxoView {
  /**
   * The unspent output of that name; `undefined` if it was spent or never made. A caller that has `outpointKey(outpoint)`
   * may give it, to spare a view that works with such keys from making it again.
   */
  get(outpoint: OutPoint, key?: string): Output | undefined;
  /** For views that remember it: true if the output was there and a pending transaction spends it. */
  spent?(outpoint: OutPoint): boolean;
}

/** Reads the unspent outputs and the fee table. */
export interface LedgerView extends UtxoView {
  /**
   * Fees in atomic units under a key of the fee table: what a beneficiary has accrued (its 32-byte key), or what is not
   * distributed yet (`POT`, no bytes); 0 if there is no entry.
   */
  accrued(key: Uint8Array): bigint;
}
