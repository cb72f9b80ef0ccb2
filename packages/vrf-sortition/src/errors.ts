/** What went wrong, in a word that programs can match. */
export type VrfErrorCode = 'bad-length' | 'out-of-range' | 'zero-scalar' | 'configuration';

/**
 * The one error of this package: an argument that no honest caller passes. Bad keys, proofs and tickets are not errors,
 * they verify to `undefined` or `false`. Match on `name` (always `'VrfError'`) and `code`, never on the message.
 */
export class VrfError extends Error {
  override readonly name = 'VrfError';
  /** What went wrong. */
  readonly code: VrfErrorCode;
  /** The numbers and names behind the message; never a secret. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(
    code: VrfErrorCode,
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
    throw new VrfError('bad-length', `${what} must be ${length} bytes`, { what, expected: length, actual });
  }
};

/** Throws unless `value` is an integer with `min <= value <= max`. */
export const assertInteger = (value: number, min: number, max: number, what: string): void => {
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new VrfError('out-of-range', `${what} must be an integer from ${min} to ${max}`, { what, value });
  }
};
