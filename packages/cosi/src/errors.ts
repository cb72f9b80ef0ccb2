/** What went wrong, in a word that programs can match. */
export type CosiErrorCode =
  | 'bad-length'
  | 'out-of-range'
  | 'bad-roster'
  | 'unknown-roster'
  | 'wrong-secret'
  | 'session-closed'
  | 'too-many-open'
  | 'no-nonce'
  | 'entry-missing'
  | 'entry-changed'
  | 'bad-list';

/**
 * The one error of this package: a malformed argument, or a request that a signer refuses. A peer's bad bytes are not
 * errors: they decode to `undefined` and verify to `false`. Match on `name` (always `'CosiError'`) and `code`.
 */
export class CosiError extends Error {
  override readonly name = 'CosiError';
  /** What went wrong. */
  readonly code: CosiErrorCode;
  /** The numbers and names behind the message; never a secret. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: CosiErrorCode, message: string, facts: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

/** Throws unless `bytes` is a byte array of exactly `length` bytes. */
export const assertLength = (bytes: Uint8Array, length: number, what: string): void => {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    const actual = bytes instanceof Uint8Array ? bytes.length : -1;
    throw new CosiError('bad-length', `${what} must be ${length} bytes`, { what, expected: length, actual });
  }
};

/** Throws unless `value` is an integer with `min <= value <= max`. */
export const assertInteger = (value: number, min: number, max: number, what: string): void => {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new CosiError('out-of-range', `${what} must be an integer from ${min} to ${max}`, { what, value });
  }
};
