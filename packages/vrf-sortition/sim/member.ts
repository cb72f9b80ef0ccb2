import type { Effect, Input, Machine } from '@ios/simulator';
import {
  type ElectionConfig,
  type Effect as ElectionEffect,
  type Input as ElectionInput,
  type ElectionState,
  faults,
  isAttachment,
  type SeatAttachment,
  type Statement,
} from '../src/index.ts';
import { assembleElection, fakeEcvrf, type Rules } from '../src/testing.ts';
import { type BeaconMessage, decode, encode } from './messages.ts';

/** A member of a beacon that does nothing but follow leaders: whoever is followed by a quorum has led. */
export interface MemberState {
  readonly election: ElectionState;
  readonly view: number;
  readonly stage: 'gathering' | 'open' | 'changing';
  /** Whether a quorum, this member among it, followed a leader; the others are not waited for, and views go on. */
  readonly done: boolean;
  readonly changes: ReadonlyMap<number, ReadonlyMap<number, Uint8Array>>;
  readonly followers: ReadonlyMap<number, ReadonlySet<string>>;
}

export type MemberOutput =
  | { readonly type: 'held'; readonly leader: number; readonly lowest: readonly number[] }
  | {
      readonly type: 'follows';
      readonly view: number;
      readonly leader: number;
      readonly opening: readonly SeatAttachment[];
    }
  | { readonly type: 'done'; readonly view: number };

export type MemberMachine = Machine<MemberState, 'begin', MemberOutput, Statement, Uint8Array>;

/** How long a view may take, in ms; it grows with each. */
const TIMEOUT = 400;

interface Draft {
  state: MemberState;
  readonly effects: Effect<MemberOutput, Statement, Uint8Array>[];
}

/** Views, view-changes and their quorums around the election, as the consensus engine has them; one height, one attempt. */
export const beaconMember = (config: ElectionConfig, rules: Rules): MemberMachine => {
  const election = assembleElection(config, rules);
  const n = config.peers.length;
  const quorum = n - faults(n);
  const at = (view: number) => ({ height: 0, view });
  const attempt = { attempt: 0, barred: [] };

  const say = (draft: Draft, message: BeaconMessage): void => {
    draft.effects.push({ type: 'broadcast', bytes: encode(message) });
  };
  const tell = (draft: Draft, input: ElectionInput): void => {
    const { state, effects } = election.step(draft.state.election, input);
    draft.state = { ...draft.state, election: state };
    for (const effect of effects) perform(draft, effect);
  };
  const perform = (draft: Draft, effect: ElectionEffect): void => {
    if (effect.type === 'broadcast') return say(draft, { TAG: 'tickets', data: effect.bytes });
    if (effect.type !== 'output') return void draft.effects.push(effect);
    const { leader, lowest } = effect.value;
    draft.effects.push({ type: 'output', value: { type: 'held', leader, lowest } });
    draft.state = { ...draft.state, stage: draft.state.stage === 'gathering' ? 'open' : draft.state.stage };
    if (draft.state.view > 0) return;
    tell(draft, { type: 'command', value: { type: 'view', ...at(0) } });
    arm(draft);
    lead(draft, []);
  };
  const arm = (draft: Draft): void => {
    const ms = TIMEOUT * (1 + Math.min(draft.state.view, 20));
    draft.effects.push({ type: 'setTimer', id: 'view', ms });
  };
  const lead = (draft: Draft, opening: readonly SeatAttachment[]): void => {
    const { view } = draft.state;
    if (election.leader(draft.state.election, at(view), opening) !== config.self) return;
    say(draft, { TAG: 'lead', data: { view, opening } });
    follow(draft, config.self, view, opening);
  };

  const follow = (draft: Draft, from: number, view: number, opening: readonly SeatAttachment[]): void => {
    const { state } = draft;
    if (state.stage === 'gathering' || view < state.view || (view === 0) !== (opening.length === 0)) return;
    if (view === state.view && state.followers.get(view)?.has(config.peers[config.self]!)) return;
    const seats = new Set(opening.map(({ seat }) => seat));
    const right = ({ seat, attachment }: SeatAttachment): boolean =>
      isAttachment(fakeEcvrf, config.context, attempt, at(view), seat, attachment);
    if (view > 0 && (seats.size !== quorum || opening.length !== quorum || !opening.every(right))) return;
    if (election.leader(state.election, at(view), opening) !== from) return;
    if (view > state.view) enter(draft, view);
    if (view > 0) tell(draft, { type: 'command', value: { type: 'opened', ...at(view), opening } });
    draft.state = { ...draft.state, stage: 'open' };
    draft.effects.push({ type: 'output', value: { type: 'follows', view, leader: from, opening } });
    say(draft, { TAG: 'follow', data: { view } });
    followed(draft, config.peers[config.self]!, view);
  };
  const followed = (draft: Draft, from: string, view: number): void => {
    const followers = new Set(draft.state.followers.get(view)).add(from);
    draft.state = { ...draft.state, followers: new Map(draft.state.followers).set(view, followers) };
    if (followers.size >= quorum && followers.has(config.peers[config.self]!)) finish(draft, view);
  };
  const finish = (draft: Draft, view: number): void => {
    if (draft.state.done) return;
    draft.state = { ...draft.state, done: true };
    draft.effects.push({ type: 'output', value: { type: 'done', view } });
  };

  const enter = (draft: Draft, view: number): void => {
    draft.state = { ...draft.state, view };
    tell(draft, { type: 'command', value: { type: 'view', ...at(view) } });
    arm(draft);
  };
  const moveTo = (draft: Draft, view: number): void => {
    const bytes = election.attachment(draft.state.election, at(view));
    enter(draft, view);
    draft.state = { ...draft.state, stage: 'changing' };
    say(draft, { TAG: 'viewChange', data: { view, attachment: bytes } });
    changed(draft, config.self, view, bytes);
  };
  const changed = (draft: Draft, seat: number, view: number, attachment: Uint8Array): void => {
    if (view < draft.state.view || !isAttachment(fakeEcvrf, config.context, attempt, at(view), seat, attachment))
      return;
    const known = new Map(draft.state.changes.get(view)).set(seat, attachment);
    const kept = [...draft.state.changes].filter(([other]) => other >= draft.state.view);
    draft.state = { ...draft.state, changes: new Map(kept).set(view, known) };
    tell(draft, { type: 'command', value: { type: 'viewChange', ...at(view), seat, attachment } });
    if (view > draft.state.view && known.size > faults(n)) return moveTo(draft, view);
    if (view !== draft.state.view || draft.state.stage !== 'changing' || known.size < quorum) return;
    const opening = [...known].sort(([a], [b]) => a - b).slice(0, quorum);
    const claims = opening.map(([own, bytes]) => ({ seat: own, attachment: bytes }));
    tell(draft, { type: 'command', value: { type: 'opened', ...at(view), opening: claims } });
    lead(draft, claims);
  };

  const hear = (draft: Draft, from: string, message: BeaconMessage): void => {
    const seat = config.peers.indexOf(from);
    switch (message.TAG) {
      case 'tickets':
        return tell(draft, { type: 'message', from, bytes: message.data });
      case 'viewChange':
        return changed(draft, seat, message.data.view, message.data.attachment);
      case 'lead':
        return follow(draft, seat, message.data.view, message.data.opening);
      case 'follow':
        return followed(draft, from, message.data.view);
    }
  };

  return {
    init: (persisted) => ({
      election: election.init(persisted),
      done: false,
      view: 0,
      stage: 'gathering',
      changes: new Map(),
      followers: new Map(),
    }),
    step: (state, input: Input<'begin'>) => {
      const draft: Draft = { state, effects: [] };
      if (input.type === 'message') {
        const message = decode(input.bytes);
        if (message !== undefined) hear(draft, input.from, message);
      } else if (input.type === 'command') {
        tell(draft, { type: 'command', value: { type: 'attempt', attempt: 0, barred: [] } });
      } else if (input.type === 'timer' && input.id === 'view') {
        moveTo(draft, draft.state.view + 1);
      } else if (input.type !== 'start' && input.type !== 'random') {
        tell(draft, input);
      }
      return draft;
    },
  };
};
