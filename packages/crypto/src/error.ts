/** What went wrong, in a word that programs can match. */
export type CryptoErrorCode =
  | 'bad-tag'
  | 'bad-length'
  | 'bad-encoding'
  | 'out-of-range'
  | 'zero-scalar'
  | 'identity-element'
  | 'wrong-group'
  | 'not-sorted'
  | 'present';

/**
 * The one error of this package: an argument that no honest caller passes. Bad proofs and signatures are not errors,
 * they verify to `false`. Match on `name` (always `'CryptoError'`) and `code`, never on the message.
 */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  /** What went wrong. */
  readonly code: CryptoErrorCode;
  /** The numbers and names behind the message; never a secret. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(
    code: CryptoErrorCode,
    message: string,
    facts: Readonly<Record<string, string | number>> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}

/** Throws unless `bytes` is a byte array of exactly `length` bytes. */
export const assertLength = (bytes: Uint8Array, length: number, what: string): void => {
  if (!(bytes instanceof Uint8Array) || bytes.length !== length) {
    const actual = bytes instanceof Uint8Array ? bytes.length : -1;
    throw new CryptoError('bad-length', `${what} must be ${length} bytes`, { what, expected: length, actual });
  }
};

/** Throws unless `value` is an integer with `min <= value <= max`. */
export const assertInteger = (value: number, min: number, max: number, what: string): void => {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new CryptoError('out-of-range', `${what} must be an integer from ${min} to ${max}`, { what, value });
  }
};

/**
 * What `decode` returns, or `undefined` if it refuses its bytes with a {@link CryptoError}, by name: other implementations
 * of the interfaces have a class of their own. Other errors are bugs and pass.
 */
export const orUndefined = <T>(decode: () => T): T | undefined => {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Error && error.name === 'CryptoError') return undefined;
    throw error;
  }
};
