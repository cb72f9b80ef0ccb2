import type { DrpOutput } from '@ios/drp';
import type { NodeLog } from '../node.ts';

/** Tells an operator of what went wrong in a run. */
export const noticeRun = (notice: NodeLog, output: DrpOutput): void => {
  switch (output.type) {
    case 'evidence':
      return notice('warn', 'A validator dealt twice in one session.', { seat: output.server });
    case 'fault':
      return notice('warn', 'A validator did what no honest one does.', { seat: output.server, kind: output.kind });
    case 'refused': {
      const { command, reason } = output;
      return notice('warn', 'A command to the run of a session was refused.', { command, reason });
    }
  }
};
