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
  openView(draft);
};

/**
 * The leader of a view opens it with the view-changes of a quorum. Where it has more, the member that it begins to count at
 * rotates with height and view, so that a schedule that goes by them favours no member.
 */
const openView = (draft: Draft): void => {
  const { state, config } = draft;
  if (state.stage !== 'changing') return;
  const n = contextOf(draft).committee.length;
  const quorum = config.rules.quorum(n);
  const first = (state.height + state.record.view) % n;
  const turnOf = ({ member }: ViewChange): number => (member + n - first) % n;
  const opening = [...state.viewChanges.values()]
    .filter(({ view }) => view === state.record.view)
    .sort((a, b) => turnOf(a) - turnOf(b))
    .slice(0, quorum)
    .sort((a, b) => a.member - b.member);
  if (opening.length < quorum || leaderOf(draft, opening) !== state.member) return;
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
