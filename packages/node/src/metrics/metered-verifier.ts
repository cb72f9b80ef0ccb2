import type { Clock } from '../clock.ts';
import type { Verdict, Verifier } from '../verifier/verifier.ts';
import type { Meter } from './meter.ts';
import { stopwatch } from './stopwatch.ts';

type Kind = 'signature' | 'key' | 'assertion';

/** A verifier of which claims, verdicts and times are measured: an assertion counts as one claim, however much it holds. */
export const meteredVerifier = (verifier: Verifier, meter: Meter, clock: Pick<Clock, 'now'>): Verifier => {
  const enter = (kind: Kind, verdicts: readonly Verdict[], seconds: number): void => {
    meter.observe('ios_verifier_seconds', seconds, { kind });
    for (const verdict of new Set(verdicts)) {
      const count = verdicts.filter((other) => other === verdict).length;
      meter.count('ios_verifier_claims_total', count, { kind, verdict });
    }
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
      enter('assertion', [holds ? 'valid' : 'invalid'], elapsed());
      return holds;
    },
    close: () => verifier.close(),
  };
};
