import type { Clock } from '../clock.ts';
import type { Verifier } from '../verifier/verifier.ts';
import type { Meter } from './meter.ts';
import { stopwatch } from './stopwatch.ts';

type Kind = 'signature' | 'key' | 'assertion';

/** A verifier of which claims, verdicts and times are measured: an assertion counts as one claim, however much it holds. */
export const meteredVerifier = (verifier: Verifier, meter: Meter, clock: Pick<Clock, 'now'>): Verifier => {
  const enter = (kind: Kind, verdicts: readonly boolean[], seconds: number): void => {
    meter.observe('ios_verifier_seconds', seconds, { kind });
    const valid = verdicts.filter((verdict) => verdict).length;
    if (valid > 0) meter.count('ios_verifier_claims_total', valid, { kind, verdict: 'valid' });
    if (valid < verdicts.length)
      meter.count('ios_verifier_claims_total', verdicts.length - valid, { kind, verdict: 'invalid' });
  };
  return {
    verify: async (claims, payer) => {
      const elapsed = stopwatch(clock);
      const verdicts = await verifier.verify(claims, payer);
      enter('signature', verdicts, elapsed());
      return verdicts;
    },
    verifyKeys: async (keys, payer) => {
      const elapsed = stopwatch(clock);
      const verdicts = await verifier.verifyKeys(keys, payer);
      enter('key', verdicts, elapsed());
      return verdicts;
    },
    holds: async (assertion, signal) => {
      const elapsed = stopwatch(clock);
      const holds = await verifier.holds(assertion, signal);
      enter('assertion', [holds], elapsed());
      return holds;
    },
    close: () => verifier.close(),
  };
};
