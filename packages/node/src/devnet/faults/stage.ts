import { fileURLToPath } from 'node:url';
import type { ChildOptions } from '../child.ts';
import { type FaultPlan, faultName } from './plan.ts';
import { type FaultReports, type FaultSummary, type PlayOptions, playFault } from './play.ts';
import { parseReport } from './reports.ts';

/** A devnet's validators under a planned fault. */
export interface StagedFault {
  /** What validator `k` is started with in place of `ios start`. */
  instead(k: number): Pick<ChildOptions, 'script' | 'command' | 'onLine'>;
  play(options: Omit<PlayOptions, 'plan' | 'part' | 'reports'>): Promise<FaultSummary>;
}

/**
 * All validators are started so that each could be the faulty one; who is, is decided when it comes to it, by who removes the
 * file `part`. `worker` is the file of such a validator; left out, `faulty-worker.js` beside this module.
 */
export const stageFault = (
  plan: FaultPlan,
  part: string,
  worker: string = fileURLToPath(new URL('./faulty-worker.js', import.meta.url)),
): StagedFault => {
  const reports: FaultReports = { onReport: () => {} };
  return {
    instead: (k) => ({
      script: worker,
      command: [faultName(plan), part],
      onLine(line) {
        const event = parseReport(line);
        if (event !== undefined) reports.onReport(k, event);
      },
    }),
    play: (options) => playFault({ ...options, plan, part, reports }),
  };
};
