/**
 * What scripts/test-browser.mjs has a page do: verify a batch in the page, and in a worker of the same origin.
 * @module
 */
import { type Found, verifyHere } from './verify.ts';

/** What the page uses of the browser's workers. */
declare const Worker: new (
  url: string,
  options: { readonly type: 'module' },
) => {
  onmessage: (event: { readonly data: unknown }) => void;
  onerror: (event: { readonly message: string }) => void;
};

const steps = {
  here: verifyHere,
  inWorker: (): Promise<Found[]> =>
    new Promise((resolve, reject) => {
      const worker = new Worker('/worker.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data as Found[]);
      worker.onerror = ({ message }) => reject(new Error(message));
    }),
};

/** The steps, for whoever calls them by name. */
export type Steps = typeof steps;

Object.assign(globalThis, { steps });
