/** The parts of a leader of the beacon, in their order, at which its process can be killed. */
export const CRASH_STEPS = ['lottery', 'dealing', 'selection', 'signoff', 'shares', 'output'] as const;
export type CrashStep = (typeof CRASH_STEPS)[number];

/** What one validator of a devnet is told to do wrong. */
export type FaultPlan =
  /** The leader that the lottery gives an epoch says nothing as leader. */
  | { readonly fault: 'leader-silent' }
  /** The process of the leader is killed at a step of its part. */
  | { readonly fault: 'leader-crash'; readonly step: CrashStep }
  /** The dealings of a validator have a false share, under a good signature. */
  | { readonly fault: 'bad-dealer' }
  /** The leader gathers the sign-off of its selection, and shows it to nobody until a later leader has finished. */
  | { readonly fault: 'hidden-signoff' };

/** All of them, as they are named on a command line. */
export const FAULTS = ['leader-silent', 'leader-crash', 'bad-dealer', 'hidden-signoff'] as const;

const DEFAULT_STEP: CrashStep = 'selection';

/** The plan that a text such as `leader-crash@shares` names, or undefined. */
export const parseFault = (text: string): FaultPlan | undefined => {
  const [name, step, ...rest] = text.split('@');
  const fault = FAULTS.find((one) => one === name);
  if (fault === undefined || rest.length > 0) return undefined;
  if (fault !== 'leader-crash') return step === undefined ? { fault } : undefined;
  const chosen = CRASH_STEPS.find((one) => one === (step ?? DEFAULT_STEP));
  return chosen && { fault, step: chosen };
};

/** The one text that names a plan. */
export const faultName = (plan: FaultPlan): string =>
  plan.fault === 'leader-crash' ? `${plan.fault}@${plan.step}` : plan.fault;
