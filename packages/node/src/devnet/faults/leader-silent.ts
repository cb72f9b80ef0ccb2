import type { Conduct, Stage } from './conduct.ts';
import { createLeading } from './leading.ts';

/** Whom the lottery makes the leader of an epoch says nothing as leader, for that epoch: it deals and votes as others do. */
export const silentLeader = ({ take, report }: Stage): Conduct => {
  const leading = createLeading();
  let silent: number | undefined;
  return {
    outgoing(said) {
      const led = leading.said(said);
      if (led?.view === 0 && silent === undefined && take()) {
        silent = led.epoch;
        report({ event: 'fault', epoch: silent });
      }
      if (silent === undefined || leading.epoch !== silent) return true;
      return said.say !== 'leads' && said.say !== 'asks' && said.say !== 'proposal';
    },
    incoming: leading.heard,
  };
};
