/** What a {@link BftError} is about. */
export type BftErrorCode = 'malformed' | 'bounds' | 'configuration' | 'foreign-record';

/** Thrown for malformed arguments and undecodable bytes; a peer's bad message never surfaces as one out of `step`. */
export class BftError extends Error {
  override readonly name = 'BftError';
  readonly code: BftErrorCode;
  constructor(code: BftErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
