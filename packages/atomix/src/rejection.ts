import type { Rejection as LedgerRejection, OutPoint } from '@ios/ledger';

/** Why an entry cannot stand in a block, with a stable `code` and the facts: the ledger's codes and those of this package. */
export type Rejection =
  | LedgerRejection
  /** No input of the transaction lives in this shard. */
  | { readonly code: 'not-a-voter' }
  /** This shard holds the inputs for the same transaction already. */
  | { readonly code: 'held'; readonly id: Uint8Array }
  /** A pending transaction of another id holds the input: no vote where there is one voter alone. */
  | { readonly code: 'held-by-another'; readonly outpoint: OutPoint; readonly holder: Uint8Array }
  /** There is no record under this id, or not one of the status that the entry needs. */
  | { readonly code: 'no-record'; readonly id: Uint8Array }
  /** The proofs are not one for each other voter, in ascending order, that shows what the entry needs. */
  | { readonly code: 'not-shown'; readonly id: Uint8Array }
  /** The proof is not of what the entry needs, or of a queue between other shards. */
  | { readonly code: 'wrong-evidence' }
  /** The credits do not hold the next number, or the cursor does not move within the queue. */
  | { readonly code: 'wrong-number'; readonly expected: bigint }
  /** An output of this name is there already: its carrier has lied. */
  | { readonly code: 'taken'; readonly outpoint: OutPoint }
  /** A proof does not verify. */
  | { readonly code: 'bad-proof'; readonly index: number };

/** The stable word of a rejection. */
export type RejectionCode = Rejection['code'];

/** The result of a check that did not pass. */
export interface Rejected {
  readonly valid: false;
  readonly rejection: Rejection;
}

/** A rejection as the result of a check. */
export const rejected = (rejection: Rejection): Rejected => ({ valid: false, rejection });
