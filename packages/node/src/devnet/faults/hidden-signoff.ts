import type { Conduct, Stage } from './conduct.ts';
import { createLeading } from './leading.ts';

/**
 * The leader gathers the sign-off of its selection, and says nothing more about randomness until it hears that the height
 * after it is decided as well: a later leader has finished. Then it shows what it hid.
 */
export const hidingLeader = ({ take, report }: Stage): Conduct => {
  const leading = createLeading();
  let proposed: number | undefined;
  let hidden: { readonly epoch: number; readonly height: number; readonly sends: (() => void)[] } | undefined;
  return {
    outgoing(said, send) {
      leading.said(said);
      if (said.say === 'proposal' && said.height % 2 === 0 && leading.isOwn(said)) proposed = said.height;
      if (hidden === undefined && said.say === 'decided' && said.height === proposed && take()) {
        hidden = { epoch: leading.epoch, height: said.height, sends: [] };
        report({ event: 'fault', epoch: hidden.epoch });
      }
      if (hidden === undefined) return true;
      if (said.say === 'decided' && said.height === hidden.height) hidden.sends.push(send);
      return false;
    },
    incoming(said) {
      leading.heard(said);
      if (hidden === undefined || decidedBy(said) <= hidden.height) return;
      const { epoch, sends } = hidden;
      hidden = undefined;
      proposed = undefined;
      for (const send of sends) send();
      report({ event: 'reveals', epoch });
    },
  };
};

/** The greatest height of which a message says that it is decided; -1 where it says nothing of the kind. */
const decidedBy = (said: Parameters<NonNullable<Conduct['incoming']>>[0]): number => {
  if (said.say === 'decided') return said.height;
  return said.say === 'status' ? said.height - 1 : -1;
};
