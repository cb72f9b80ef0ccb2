import type { Head, StoredBlock, Submission, Supply, TransactionStatus } from '../service.ts';

/** What the devnet asks of one validator, over its RPC. Every call may reject while the validator is away. */
export interface ValidatorClient {
  submit(transactions: readonly Uint8Array[]): Promise<readonly Submission[]>;
  transactions(ids: readonly Uint8Array[]): Promise<readonly TransactionStatus[]>;
  head(): Promise<Head>;
  block(height: number): Promise<StoredBlock | undefined>;
  supply(): Promise<Supply>;
}

/** Time as the devnet's client sees it. */
export interface ClientTime {
  /** Milliseconds that never go back. */
  now(): number;
  sleep(ms: number): Promise<void>;
}
