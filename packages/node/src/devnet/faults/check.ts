import { NodeError } from '../../errors.ts';
import type { EpochSummary } from '../epochs.ts';
import type { FaultPlan } from './plan.ts';
import type { FaultSummary } from './play.ts';

/**
 * Holds a fault against the randomness that was verified from genesis: who says nothing, or is killed before it has a
 * selection, leads no run that counts; what was signed off is opened, whoever hid it or died over it; and no secret of a bad
 * dealer is in any randomness from there on. @throws NodeError `fault` where the fault had another effect.
 */
export const checkFault = (
  plan: FaultPlan,
  { validator, epoch }: Pick<FaultSummary, 'validator' | 'epoch'>,
  epochs: readonly EpochSummary[],
): void => {
  const refuse = (what: string): never => {
    throw new NodeError('fault', `In epoch ${epoch} ${what}.`, { epoch, validator });
  };
  const made = epochs.find((one) => one.epoch === epoch) ?? refuse('no randomness was verified');
  const leads = made.leader === validator;
  if (leads && leadsNothing(plan))
    refuse(`validator ${validator}, which was faulty as leader, led the run that counts`);
  if (!leads && isSignedOff(plan)) refuse(`another selection counts than that of validator ${validator}`);
  if (plan.fault !== 'bad-dealer') return;
  const dealt = epochs.find((one) => one.epoch >= epoch && one.contributors.includes(validator));
  if (dealt !== undefined) refuse(`validator ${validator} dealt a false share, which is in epoch ${dealt.epoch}`);
};

const leadsNothing = (plan: FaultPlan): boolean =>
  plan.fault === 'leader-silent' ||
  (plan.fault === 'leader-crash' && (plan.step === 'lottery' || plan.step === 'dealing'));

const isSignedOff = (plan: FaultPlan): boolean =>
  plan.fault === 'hidden-signoff' ||
  (plan.fault === 'leader-crash' && (plan.step === 'signoff' || plan.step === 'shares' || plan.step === 'output'));
