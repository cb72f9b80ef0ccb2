/**
 * What went wrong: `malformed` bytes that no encoder makes; an argument `out-of-range`; a block whose contents are
 * `unbound` to its header; a delta met in the `wrong-state`; a text that is no amount (`bad-amount`) or no address
 * (`bad-address`).
 */
export type LedgerErrorCode = 'malformed' | 'out-of-range' | 'unbound' | 'wrong-state' | 'bad-amount' | 'bad-address';

/** The one error class of the package: a stable `code`, the `facts` behind it, and the `cause` if another error led to it. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: LedgerErrorCode, message: string, facts: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
