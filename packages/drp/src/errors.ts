/** What went wrong, in a word that programs can match. */
export type DrpErrorCode =
  | 'bad-length'
  | 'out-of-range'
  | 'bad-roster'
  | 'bad-selection'
  | 'bad-request'
  | 'insecure'
  | 'too-few-shares';

/**
 * The one error of this package: malformed arguments, or a configuration that cannot be secure. A peer's bad bytes are not
 * errors: they decode to `undefined` and verify to a reason. Match on `name` (always `'DrpError'`) and `code`.
 */
export class DrpError extends Error {
  override readonly name = 'DrpError';
  /** What went wrong. */
  readonly code: DrpErrorCode;
  /** The numbers and names behind the message; never a secret. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(
    code: DrpErrorCode,
    message: string,
    facts: Readonly<Record<string, string | number>> = {},
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.facts = facts;
  }
}

/** Throws unless `bytes` is a byte array of exactly `length` bytes. */
export const assertLength = (bytes: Uint8Array, length: number, what: string): void => {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    const actual = bytes instanceof Uint8Array ? bytes.length : -1;
    throw new DrpError('bad-length', `${what} must be ${length} bytes`, { what, expected: length, actual });
  }
};

/** Throws unless `value` is an integer with `min <= value <= max`. */
export const assertInteger = (value: number, min: number, max: number, what: string): void => {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new DrpError('out-of-range', `${what} must be an integer from ${min} to ${max}`, { what, value });
  }
};
