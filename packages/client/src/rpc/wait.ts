/** The first wait after a failure, and the longest, in ms. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;

/** How long to wait before attempt 1, 2 and so on, in ms: doubling, a random half of it, so that clients do not come together. */
export const backoff = (attempt: number): number =>
  Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(attempt, 16)) * (0.5 + Math.random() / 2);

/** Resolves after `ms`; rejects with the reason of `signal` as soon as that is aborted. */
export const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
