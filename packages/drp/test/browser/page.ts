import { example } from '../example.ts';

/** What the browser test calls from outside. */
export interface Steps {
  /** The lines of the example: a whole run, and its transcript verified. */
  example(): string[];
}

(globalThis as unknown as { steps: Steps }).steps = { example };
