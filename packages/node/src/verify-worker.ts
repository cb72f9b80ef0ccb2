import type { SignedMessage } from '@ios/crypto/ed25519';
import { inlineEngines } from './verifier/inline.ts';

/** What the main thread asks of this one. */
export interface VerifyJob {
  readonly engine: 'accept' | 'decide';
  readonly claims: readonly SignedMessage[];
}

const engines = inlineEngines();

/** The worker's one task: one boolean for each claim. */
export default ({ engine, claims }: VerifyJob): Promise<readonly boolean[]> => engines[engine](claims);
