/**
 * Why a store refuses: `locked`, another process has the data open; `format` and `chain`, the data was written as
 * something else; `full`, the disk has no room; `corrupt`, the data cannot be read; `closed`, used after `close`;
 * `label`, an argument is not a format number or a chain; `io`, any other failure of the disk.
 */
export type StoreErrorCode = 'locked' | 'format' | 'chain' | 'full' | 'corrupt' | 'closed' | 'label' | 'io';

/** What a refusal is about: the folder, and for `format` and `chain` what was found there and what was wanted. */
export interface StoreFacts {
  readonly path?: string;
  readonly found?: string;
  readonly wanted?: string;
}

/** The one error of the store: `code` says why, the message what to do about it, `facts` what it is about. */
export class StoreError extends Error {
  override readonly name: 'StoreError' = 'StoreError';
  readonly code: StoreErrorCode;
  readonly facts: StoreFacts;

  constructor(code: StoreErrorCode, message: string, facts: StoreFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
