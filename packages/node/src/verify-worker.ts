import { unpackClaims, unpackKeys } from './verifier/claims.ts';
import { bestEngines, type Engines } from './verifier/engines.ts';

/** What the main thread asks of this one. */
export interface VerifyJob {
  readonly engine: keyof Engines;
  readonly packed: Uint8Array;
}

/** What it gets: one verdict for each claim or key, of `all` a single one. */
export interface VerifyAnswer {
  readonly verdicts: readonly boolean[];
  /** Why this thread does without WebAssembly. */
  readonly fallback: string | undefined;
}

let fallback: string | undefined;
const engines = bestEngines((why) => {
  fallback = why;
});

const verdictsOn = ({ engine, packed }: VerifyJob): readonly boolean[] => {
  switch (engine) {
    case 'all':
      return [engines.all(unpackClaims(packed))];
    case 'each':
      return engines.each(unpackClaims(packed));
    case 'keys':
      return engines.keys(unpackKeys(packed));
  }
};

/** The worker's one task. */
export default (job: VerifyJob): VerifyAnswer => ({ verdicts: verdictsOn(job), fallback });
