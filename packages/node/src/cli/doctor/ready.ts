import type { StatusAnswer } from '@ios/client/methods';
import { readiness } from '../../rpc/readiness.ts';
import { type Finding, fault, ok, warning } from './finding.ts';

/** Whether the node that runs takes part with a quorum, by what it says. An observer that has one peer follows at least. */
export function checkReady(status: StatusAnswer): Finding {
  const { halted, votesLost, height, identity, member, peers } = status;
  const state = readiness({ ...status, halted: halted ?? undefined });
  if (state.ready) return ok('ready', `The node that runs is ready, at height ${height}.`);
  if (halted !== null)
    return fault('ready', state.reason, 'Look at its log, and remove the cause before you start it again.');
  if (votesLost) return fault('ready', state.reason, 'See votes.');
  if (member >= 0) return fault('ready', state.reason, 'Start those that are missing: see the peers below.');
  const remedy = `Ask more validators to add ${identity} to "observers" in their configuration, and to start anew.`;
  return (peers.length === 0 ? fault : warning)('ready', state.reason, remedy);
}
