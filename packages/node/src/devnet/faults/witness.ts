import type { Conduct, Stage } from './conduct.ts';
import { createLeading } from './leading.ts';

/** Tells the devnet where this validator leads; it changes nothing. */
export const witness = ({ report }: Pick<Stage, 'report'>): Conduct => {
  const leading = createLeading();
  let proposed = '';
  return {
    outgoing(said) {
      const led = leading.said(said);
      if (led !== undefined) report({ event: 'leads', ...led });
      if (said.say === 'proposal' && said.height % 2 === 1 && leading.isOwn(said)) {
        const { height, view } = said;
        const name = `${height}/${view}`;
        if (name !== proposed) report({ event: 'proposes', epoch: leading.epoch, height, view });
        proposed = name;
      }
      return true;
    },
    incoming: leading.heard,
  };
};
