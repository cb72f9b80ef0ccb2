import type { ElectionConfig } from './config.ts';
import type { Effect } from './host.ts';
import type { Rules } from './rules.ts';
import type { ElectionState } from './state.ts';

/** A step under way: the state so far, and the effects in their order. */
export interface Draft {
  readonly config: ElectionConfig;
  readonly rules: Rules;
  state: ElectionState;
  readonly effects: Effect[];
}

export const update = (draft: Draft, change: Partial<ElectionState>): void => {
  draft.state = { ...draft.state, ...change };
};
