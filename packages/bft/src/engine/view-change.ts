import { indexOf } from '../committee.ts';
import { encodeMessage, type ViewChange } from '../messages.ts';
import { faults } from '../quorum.ts';
import { viewChangeStatement } from './claims.ts';
import { propose } from './proposal.ts';
import { contextOf, type Draft, emit, leaderOf, mayVote, send, verify } from './state.ts';
import { armView, enterView, moveToView } from './view.ts';

/** A peer's view-change for this height. One that moves to a view that is open here is shown the proposal. */
export const onViewChange = (draft: Draft, from: string, change: ViewChange): void => {
  const { state } = draft;
  const { committee } = contextOf(draft);
  if (state.stage === 'decided' || change.member !== indexOf(committee, from)) return;
  if (change.view <= state.record.view && state.stage === 'open' && state.proposal !== undefined)
    send(draft, from, { TAG: 'proposal', data: state.proposal });
  if (change.view < state.record.view || change.view <= (state.viewChanges.get(change.member)?.view ?? 0)) return;
  const claims = viewChangeStatement(draft, change);
  if (claims !== undefined) verify(draft, { kind: 'viewChange', from, viewChange: change }, claims);
};

/** A view-change that holds: join a view that f + 1 members moved to, and open one that a quorum moved to. */
export const acceptViewChange = (draft: Draft, change: ViewChange): void => {
  const { state, config } = draft;
  if (change.height !== state.height || state.stage === 'decided') return;
  if (change.view <= (state.viewChanges.get(change.member)?.view ?? 0)) return;
  state.viewChanges = new Map(state.viewChanges).set(change.member, change);
  const n = contextOf(draft).committee.length;

  // At least one honest member is at `joined` or above: views of a height never run away from a lone faulty one.
  const views = [...state.viewChanges.values()].map(({ view }) => view).sort((a, b) => b - a);
  const joined = views[faults(n)] ?? 0;
  if (joined > state.record.view && mayVote(draft)) moveToView(draft, joined);

  // The time-out of a view starts when a quorum is there, so that the members of a quorum wait together.
  const there = views.filter((view) => view >= state.record.view).length;
  if (state.stage === 'changing' && state.timed !== state.record.view && there >= config.rules.quorum(n))
    armView(draft);
  openView(draft);
};

/** The leader of a view opens it with the view-changes of a quorum. */
export const openView = (draft: Draft): void => {
  const { state, config } = draft;
  if (state.stage !== 'changing') return;
  const quorum = config.rules.quorum(contextOf(draft).committee.length);
  const opening = [...state.viewChanges.values()]
    .filter(({ view }) => view === state.record.view)
    .sort((a, b) => a.member - b.member)
    .slice(0, quorum);
  if (opening.length < quorum || leaderOf(draft, opening) !== state.member) return;
  enterView(draft, state.record.view);
  state.opening = opening;
  propose(draft);
};

/** Own view-change, signed: sent to all, and counted like everyone's. */
export const onViewChangeSigned = (draft: Draft, change: ViewChange): void => {
  const { state } = draft;
  if (change.height !== state.height || change.view !== state.record.view || state.stage !== 'changing') return;
  state.sentViewChange = encodeMessage({ TAG: 'viewChange', data: change });
  emit(draft, { type: 'broadcast', bytes: state.sentViewChange });
  acceptViewChange(draft, change);
};
