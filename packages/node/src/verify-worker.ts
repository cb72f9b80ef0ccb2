import { unpackClaims } from './verifier/claims.ts';
import { inlineEngines } from './verifier/inline.ts';

/** What the main thread asks of this one. */
export interface VerifyJob {
  readonly engine: 'accept' | 'decide';
  readonly packed: Uint8Array;
}

const engines = inlineEngines();

/** The worker's one task: one boolean for each claim. */
export default ({ engine, packed }: VerifyJob): Promise<readonly boolean[]> => engines[engine](unpackClaims(packed));
