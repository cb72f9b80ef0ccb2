/** Deciding signatures: by worker threads, or on the calling thread. */
export type { BudgetRate } from './verifier/budget.ts';
export { createInlineVerifier, DEFAULT_BUDGET, DEFAULT_KEY_BUDGET } from './verifier/inline.ts';
export { createVerifier, type VerifierOptions } from './verifier/pool.ts';
export type { Assertion, Verdict, Verifier } from './verifier/verifier.ts';
