/** The last value of a stream: a reader that is slow skips what came in between, so that nothing piles up. */
export interface Latest<Value> {
  set(value: Value): void;
  /** Lets the reader fail, once it has seen the last value. */
  fail(error: unknown): void;
  /** The next value that the reader has not seen; rejects with the error, or with the reason of `signal`. */
  next(signal: AbortSignal | undefined): Promise<Value>;
}

/** Holds nothing yet. One reader. */
export function createLatest<Value>(): Latest<Value> {
  let held: { readonly value: Value } | undefined;
  let failure: { readonly error: unknown } | undefined;
  let wake = (): void => {};
  return {
    set(value) {
      held = { value };
      wake();
    },
    fail(error) {
      failure ??= { error };
      wake();
    },
    async next(signal) {
      for (;;) {
        signal?.throwIfAborted();
        if (held !== undefined) {
          const { value } = held;
          held = undefined;
          return value;
        }
        if (failure !== undefined) throw failure.error;
        await new Promise<void>((resolve) => {
          wake = () => {
            signal?.removeEventListener('abort', wake);
            resolve();
          };
          signal?.addEventListener('abort', wake);
        });
      }
    },
  };
}
