import { randomFillSync } from 'node:crypto';

/** A source of unpredictable bytes: returns `length` fresh ones, in an array of their own. */
export type Entropy = (length: number) => Uint8Array;

/** The operating system's generator. */
export const systemEntropy: Entropy = (length) => randomFillSync(new Uint8Array(length));
