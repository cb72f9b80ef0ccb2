import { badDealer } from './bad-dealer.ts';
import type { Conduct, Stage } from './conduct.ts';
import { hidingLeader } from './hidden-signoff.ts';
import { crashingLeader } from './leader-crash.ts';
import { silentLeader } from './leader-silent.ts';
import type { FaultPlan } from './plan.ts';

/** The conduct of whoever takes the part. */
export const conductOf = (plan: FaultPlan, stage: Stage): Conduct => {
  switch (plan.fault) {
    case 'leader-silent':
      return silentLeader(stage);
    case 'leader-crash':
      return crashingLeader(plan.step, stage);
    case 'bad-dealer':
      return badDealer(stage);
    case 'hidden-signoff':
      return hidingLeader(stage);
  }
};
