import type { Certificate } from '../certificate.ts';
import { indexOf } from '../committee.ts';
import { encodeMessage, type ViewChange } from '../messages.ts';
import { faults } from '../quorum.ts';
import { acceptCertified, showDecision } from './certified.ts';
import { isCovered, viewChangeStatement } from './claims.ts';
import { contextOf, type Draft, emit, leaderOf, mayAnswer, mayVote, send, verify } from './draft.ts';
import { propose } from './proposal.ts';
import { armView, enterView, moveToView } from './view.ts';

/**
 * A peer's view-change for this height. One that is behind is helped: with the decision, or with the proposal of the
 * view that is open here. Its claim needs a certificate unless a higher one, or one for the same, was verified before.
 */
export const onViewChange = (
  draft: Draft,
  from: string,
  change: ViewChange,
  certificate: Certificate | undefined,
): void => {
  const { state } = draft;
  if (change.member !== indexOf(contextOf(draft).committee, from)) return;
  if (state.stage === 'decided') {
    if (mayAnswer(draft, 'decision', from)) showDecision(draft, from);
    return;
  }
  const { proposal } = state;
  if (proposal !== undefined && change.view <= proposal.view && mayAnswer(draft, 'proposal', from))
    send(draft, from, { TAG: 'proposal', data: proposal });
  if (change.view < state.record.view || change.view <= (state.viewChanges.get(change.member)?.view ?? 0)) return;
  const covered = isCovered(change.prepared, state.highest);
  const proof = covered ? undefined : certificate;
  verify(draft, { kind: 'viewChange', from, viewChange: change, proof }, () =>
    covered || proof !== undefined ? viewChangeStatement(draft, change, proof) : undefined,
  );
};

/**
 * A view-change that holds: its certificate counts like one that came alone; join a view that f + 1 members moved to, and
 * open one that a quorum moved to.
 */
export const acceptViewChange = (draft: Draft, change: ViewChange, proof: Certificate | undefined): void => {
  const { height, prepared } = change;
  if (prepared !== undefined && proof !== undefined)
    acceptCertified(draft, { height, phase: 'prepare', digest: prepared.digest, certificate: proof });
  countViewChange(draft, change);
};

const countViewChange = (draft: Draft, change: ViewChange): void => {
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
  if (state.timed !== state.record.view && there >= config.rules.quorum(n)) armView(draft);
  gather(draft);
};

/** The view-changes to the current view that are here, by ascending member. */
const movedHere = ({ state }: Draft): ViewChange[] =>
  [...state.viewChanges.values()].filter(({ view }) => view === state.record.view).sort((a, b) => a.member - b.member);

const quorumOf = (draft: Draft): number => draft.config.rules.quorum(contextOf(draft).committee.length);

/** Opens the view that a quorum moved to, once there was time for the view-changes of all who move there. */
const gather = (draft: Draft): void => {
  const { state, config } = draft;
  const { view } = state.record;
  if (state.stage !== 'changing' || movedHere(draft).length < quorumOf(draft)) return;
  if (state.gathering?.view !== view) {
    const ms = config.schedule.gather?.(state.height, view) ?? 0;
    if (ms > 0) emit(draft, { type: 'setTimer', id: 'gather', ms });
    state.gathering = { view, over: ms === 0 };
  }
  if (state.gathering.over) openView(draft);
};

/** The time for view-changes beyond a quorum is over, unless it was that of a view that was left. */
export const onGatherTimer = (draft: Draft): void => {
  const { state } = draft;
  if (state.gathering?.view !== state.record.view) return;
  state.gathering = { ...state.gathering, over: true };
  gather(draft);
};

/**
 * The member that leads the view by all view-changes that it has opens it, with as many of them as a quorum by which it leads:
 * those of the members from itself on, if it can.
 */
const openView = (draft: Draft): void => {
  const { state } = draft;
  const moved = movedHere(draft);
  if (leaderOf(draft, moved) !== state.member) return;
  const own = moved.findIndex(({ member }) => member === state.member);
  const turned = [...moved.slice(own), ...moved.slice(0, own)];
  const openings = turned.map((_, i) =>
    [...turned.slice(i), ...turned.slice(0, i)].slice(0, quorumOf(draft)).sort((a, b) => a.member - b.member),
  );
  const opening = openings.find((some) => leaderOf(draft, some) === state.member);
  if (opening === undefined) return;
  enterView(draft, state.record.view);
  state.opening = opening;
  propose(draft);
};

/** Own view-change, signed: sent to all with the lock that it claims, and counted like everyone's. */
export const onViewChangeSigned = (draft: Draft, change: ViewChange): void => {
  const { state, config } = draft;
  if (change.height !== state.height || change.view !== state.record.view || state.stage !== 'changing') return;
  const proof = config.rules.carried(state.record.lock)?.certificate;
  state.sentViewChange = encodeMessage({ TAG: 'viewChange', data: { viewChange: change, proof } });
  emit(draft, { type: 'broadcast', bytes: state.sentViewChange });
  acceptViewChange(draft, change, undefined);
};
