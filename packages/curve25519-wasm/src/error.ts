/** What went wrong, in a word that programs can match. */
export type Curve25519WasmErrorCode = 'unavailable' | 'out-of-memory';

/**
 * The module cannot run here: match on `name` (always `'Curve25519WasmError'`) and `code`, and use another implementation.
 * `unavailable`: there is no WebAssembly, or a content security policy forbids it (`wasm-unsafe-eval` allows it);
 * `out-of-memory`: the engine refused more memory.
 */
export class Curve25519WasmError extends Error {
  override readonly name = 'Curve25519WasmError';
  /** What went wrong. */
  readonly code: Curve25519WasmErrorCode;

  constructor(code: Curve25519WasmErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The codes of the interfaces' own error that this package can give. */
export type CryptoErrorCode = 'bad-tag' | 'bad-length' | 'bad-encoding' | 'out-of-range' | 'wrong-group';

/**
 * The error that the interfaces of `@ios/crypto` prescribe, of the same shape: an argument that no honest caller passes.
 * Match on `name` (always `'CryptoError'`) and `code`, never on the class or the message.
 */
export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  /** What went wrong. */
  readonly code: CryptoErrorCode;
  /** The numbers and names behind the message; never a secret. */
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: CryptoErrorCode, message: string, facts: Readonly<Record<string, string | number>> = {}) {
    super(message);
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
