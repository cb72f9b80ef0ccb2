import { unpackClaims, unpackKeys } from './verifier/claims.ts';
import { inlineEngines } from './verifier/inline.ts';
import type { EngineName } from './verifier/jobs.ts';

/** What the main thread asks of this one. */
export interface VerifyJob {
  readonly engine: EngineName;
  readonly packed: Uint8Array;
}

const engines = inlineEngines();

/** The worker's one task: one boolean for each claim or key. */
export default ({ engine, packed }: VerifyJob): Promise<readonly boolean[]> =>
  engine === 'keys' ? engines.keys(unpackKeys(packed)) : engines[engine](unpackClaims(packed));
