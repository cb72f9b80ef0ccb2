import type { HeightContext } from './committee.ts';
import type { Announce, Endorse } from './engine/state.ts';
import type { Evidence } from './evidence.ts';
import type { Effect, Input } from './host.ts';
import type { Certified } from './messages.ts';

/** What a collector of endorsements takes: the host's inputs that are its own, and what the engine authorises. */
export type CollectorInput =
  | Exclude<Input, { type: 'command' } | { type: 'start' }>
  | Endorse
  | Announce
  | { readonly type: 'height'; readonly height: number; readonly context: HeightContext }
  | { readonly type: 'close'; readonly view: number };

/** What a collector asks for and what it has found. */
export type CollectorEffect =
  | Exclude<Effect, { type: 'output' } | { type: 'persist' }>
  /** A message of the engine, to one peer or, without `to`, to all. */
  | { readonly type: 'forward'; readonly to?: string; readonly bytes: Uint8Array }
  | ({ readonly type: 'certified' } & Certified)
  | { readonly type: 'misconduct'; readonly evidence: Evidence };

/**
 * The machine that turns endorsements into certificates: a list of signatures here, a collective signature elsewhere.
 *
 * It signs what the engine endorses and nothing else, after `close { view }` nothing of a lower view, and gathers where
 * this replica leads. The engine has made the vote durable before `endorse` reaches it. Proposals take the paths that
 * endorsements take back: the collector spreads them from the leader, as they are announced at each member.
 */
export interface Collector<State> {
  init(): State;
  step(state: State, input: CollectorInput): { readonly state: State; readonly effects: readonly CollectorEffect[] };
}
