/** What went wrong, in a word that programs can match. */
export type EdsErrorCode = 'bad-length' | 'out-of-range' | 'bad-policy' | 'bad-committee' | 'not-in-front' | 'insecure';

/** The one error of this package. Match on `name` (always `'EdsError'`) and `code`, never on the message. */
export class EdsError extends Error {
  override readonly name = 'EdsError';
  /** What went wrong. */
  readonly code: EdsErrorCode;
  /** The numbers and names behind the message. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: EdsErrorCode, message: string, facts: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.code = code;
    this.facts = facts;
  }
}

/** Throws unless `bytes` is a byte array of exactly `length` bytes. */
export const assertLength = (bytes: Uint8Array, length: number, what: string): void => {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    const actual = bytes instanceof Uint8Array ? bytes.length : -1;
    throw new EdsError('bad-length', `${what} must be ${length} bytes`, { what, expected: length, actual });
  }
};

/** Throws unless `value` is an integer with `min <= value <= max`. */
export const assertInteger = (value: number, min: number, max: number, what: string): void => {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new EdsError('out-of-range', `${what} must be an integer from ${min} to ${max}`, { what, value });
  }
};
