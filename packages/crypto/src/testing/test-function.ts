/** How a suite registers a test: `test` of vitest, of `node:test`, of jest, and of most others. */
export type TestFunction = (name: string, run: () => void) => unknown;

/** Fails a test. */
export const assert = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message);
};

/** Fails a test unless `run` throws a CryptoError with the code. */
export const assertThrows = (code: string, run: () => unknown, message: string): void => {
  try {
    run();
  } catch (error) {
    const { name, code: actual } = error as { name?: unknown; code?: unknown };
    assert(name === 'CryptoError' && actual === code, `${message}: expected CryptoError ${code}, got ${String(error)}`);
    return;
  }
  throw new Error(`${message}: expected CryptoError ${code}, nothing was thrown`);
};
