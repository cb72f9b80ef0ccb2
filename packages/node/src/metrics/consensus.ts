import type { Command, Output } from '@ios/bft';
import type { MemberOutput } from '@ios/cosi';
import type { Clock } from '../clock.ts';
import type { Meter } from './meter.ts';
import { stopwatch } from './stopwatch.ts';

/** Sees what passes between a replica and its application, and measures it. */
export interface ConsensusMeter {
  onCommand(command: Command): void;
  onOutput(output: Output): void;
  /** The replica is in this view of this height, as after each of its steps. */
  onView(height: number, view: number): void;
}

/** Measures views, refusals, evidence, and the time from the first proposal of a height to its decision, in one instance. */
export const createConsensusMeter = (meter: Meter, clock: Pick<Clock, 'now'>, instance: string): ConsensusMeter => {
  let proposed: { readonly height: number; readonly elapsed: () => number } | undefined;
  let at = { height: 0, view: 0 };

  const onProposal = (height: number): void => {
    if (proposed?.height !== height) proposed = { height, elapsed: stopwatch(clock) };
  };

  return {
    onCommand(command) {
      if (command.type === 'proposal') onProposal(command.height);
      else if (command.type === 'checked' && !command.valid)
        meter.count('ios_consensus_refused_proposals_total', 1, { instance });
    },
    onOutput(output) {
      switch (output.type) {
        case 'check':
          return onProposal(output.height);
        case 'decide':
          if (proposed?.height === output.height)
            meter.observe('ios_consensus_decision_seconds', proposed.elapsed(), { instance });
          return;
        case 'evidence':
          return meter.count('ios_consensus_evidence_total', 1, { instance, kind: output.evidence.kind });
      }
    },
    onView(height, view) {
      if (height === at.height && view > at.view)
        meter.count('ios_consensus_view_changes_total', view - at.view, { instance });
      at = { height, view };
    },
  };
};

/** Measures what a member says of the signing sessions that it coordinates. */
export const signingObserver =
  (meter: Meter) =>
  (output: MemberOutput): void => {
    switch (output.type) {
      case 'signed':
        meter.count('ios_signing_attempts_total', output.attempts);
        return meter.count('ios_signing_sessions_total', 1, { outcome: 'signed' });
      case 'failed':
        return meter.count('ios_signing_sessions_total', 1, { outcome: output.reason });
      case 'fault':
        return meter.count('ios_signing_faults_total', 1, { kind: output.kind });
    }
  };
