/** Deciding signatures: by worker threads, or on the calling thread. */
export { createInlineVerifier } from './verifier/inline.ts';
export { createVerifier, type VerifierOptions } from './verifier/pool.ts';
export type { Assertion, Verifier } from './verifier/verifier.ts';
