/** How a suite registers a test: `test` of vitest, of `node:test`, of jest, and of most others. */
export type TestFunction = (name: string, run: () => void) => unknown;

/** Fails a test. */
export const assert = (condition: boolean, message: string): void => {
  if (!condition) throw new Error(message);
};

/** Fails a test unless `run` throws a PvssError with the code. */
export const assertThrows = (code: string, run: () => unknown, message: string): void => {
  try {
    run();
  } catch (error) {
    const { name, code: actual } = error as { name?: unknown; code?: unknown };
    assert(name === 'PvssError' && actual === code, `${message}: expected PvssError ${code}, got ${String(error)}`);
    return;
  }
  throw new Error(`${message}: expected PvssError ${code}, nothing was thrown`);
};

/** Fails a test unless two byte strings are the same. */
export const same = (a: Uint8Array, b: Uint8Array, message: string): void => {
  assert(a.length === b.length && a.every((byte, i) => byte === b[i]), message);
};
