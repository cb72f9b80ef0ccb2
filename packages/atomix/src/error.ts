/** What went wrong: `malformed` bytes that no encoder makes; an argument `out-of-range`; a delta met in the `wrong-state`. */
export type AtomixErrorCode = 'malformed' | 'out-of-range' | 'wrong-state';

/** The one error class of the package: a stable `code`, the `facts` behind it, and the `cause` if another error led to it. */
export class AtomixError extends Error {
  override readonly name = 'AtomixError';
  readonly code: AtomixErrorCode;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: AtomixErrorCode, message: string, facts: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
