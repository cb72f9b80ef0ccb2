import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';
import type { Certificate } from '../certificate.ts';
import { encodeMessage, type Message, type Proposal } from '../messages.ts';
import { proposalBytes } from '../statements.ts';
import { isAllowed, opens, proposalStatement } from './claims.ts';
import {
  accountOf,
  ask,
  contextOf,
  type Draft,
  distrust,
  emit,
  hears,
  holdValue,
  leads,
  learn,
  mayVote,
  persistRecord,
  sign,
  verify,
} from './draft.ts';
import { endorse, vouch } from './endorse.ts';
import { fetchValue, takePushed } from './values.ts';
import { enterView, moveToView } from './view.ts';

/**
 * The leader's step on entering its view: what it proposed before a restart; else, where a view-change claims that a
 * value was prepared, the highest prepared that it knows; else a fresh one from the application.
 */
export const propose = (draft: Draft): void => {
  const { state, config } = draft;
  const { highest, opening, record } = state;
  if (state.waits && record.view === 0) return;
  if (!leads(draft) || !mayVote(draft)) return;
  if (record.votes.propose !== undefined) signProposal(draft, record.votes.propose, undefined);
  else if (highest !== undefined && config.rules.claims(opening).length > 0)
    signProposal(draft, highest.digest, highest.certificate);
  else ask(draft, { type: 'propose', height: state.height, view: record.view, parent: state.parent });
};

/** The application's fresh value: vouched for and durable as this view's proposal before it is signed. */
export const onBuilt = (draft: Draft, height: number, view: number, value: Uint8Array): void => {
  const { state, config } = draft;
  if (height !== state.height || view !== state.record.view || state.stage !== 'open') return;
  if (!leads(draft) || !mayVote(draft) || state.record.votes.propose !== undefined) return;
  const digest = value.length <= config.limits.valueBytes ? config.digest(value) : undefined;
  if (digest === undefined) return;
  holdValue(draft, bytesToHex(digest), value);
  state.check = { digest: bytesToHex(digest), verdict: 'valid' };
  signProposal(draft, digest, undefined);
};

const signProposal = (draft: Draft, digest: Uint8Array, proof: Certificate | undefined): void => {
  const { state, config } = draft;
  const { height, opening } = state;
  const { view, votes } = state.record;
  if (votes.propose === undefined) {
    const values = state.values.has(bytesToHex(digest)) ? vouch(draft, digest) : state.record.values;
    persistRecord(draft, { values, votes: { ...votes, propose: digest } });
  }
  const message = proposalBytes(config.scope, contextOf(draft), height, view, digest);
  sign(draft, { kind: 'proposal', proposal: { height, view, digest, opening, proof } }, message);
};

/**
 * A peer's proposal for this height: guards, then its signatures are verified. The schedule, for which a leader may be work
 * in proportion to what opens the view, is asked only about as many view-changes as a quorum, from a peer that is heard.
 */
export const onProposal = (draft: Draft, from: string, proposal: Proposal): void => {
  const { state } = draft;
  if (proposal.view < state.record.view || state.stage === 'decided') return;
  const known = proposal.view === state.record.view ? state.proposal : undefined;
  if (known !== undefined && equalBytes(known.digest, proposal.digest)) return;
  if (!hears(draft, from)) return;
  if (!opens(draft, proposal)) return distrust(draft, accountOf(draft, from));
  if (isUnknown(draft, proposal) || (known !== undefined && state.accused.has(culprit(draft, known)))) return;
  verify(draft, { kind: 'proposal', from, proposal }, () => proposalStatement(draft, proposal));
};

/**
 * A proposal whose signatures hold, one's own included: obeyed, and passed on behind its value, when the view-changes that
 * open its view allow it.
 */
export const acceptProposal = (draft: Draft, proposal: Proposal, from: string): void => {
  const { state, config } = draft;
  const { height, view, digest, proof } = proposal;
  if (height !== state.height || view < state.record.view || state.stage === 'decided') return;
  if (proof !== undefined) learn(draft, { digest, certificate: proof });
  if (view > state.record.view || state.stage === 'changing') enterView(draft, view);
  if (state.proposal !== undefined) return accuse(draft, state.proposal, proposal);
  if (!isAllowed(draft, proposal) && !config.rules.obeysLeader) {
    // The leader's signature does not cover the view-changes, so that only what it sent itself shows that it lies.
    if (contextOf(draft).committee[leaderBy(draft, proposal)]?.peer === from) moveToView(draft, view + 1);
    return;
  }
  state.proposal = proposal;
  // The leader's bytes may be on their way while another member already shows its proposal, with other bytes or none.
  const leader = contextOf(draft).committee[leaderBy(draft, proposal)]!.peer;
  if (!takePushed(draft, digest, new Set([from, leader]))) fetchValue(draft, digest, from, leader);
  announce(draft, proposal);
};

const announce = (draft: Draft, proposal: Proposal): void => {
  const value = draft.state.values.get(bytesToHex(proposal.digest));
  const messages: readonly Message[] = [
    ...(value === undefined ? [] : [{ TAG: 'value' as const, data: { value } }]),
    { TAG: 'proposal', data: proposal },
  ];
  emit(draft, { type: 'announce', leader: leaderBy(draft, proposal), messages: messages.map(encodeMessage) });
};

/** With proposal and value at hand: a prepared value is endorsed at once, a fresh one when the application agrees. */
export const considerProposal = (draft: Draft): void => {
  const { state, config } = draft;
  const { proposal } = state;
  if (proposal === undefined || state.stage !== 'open' || state.record.votes.prepare !== undefined) return;
  if (!mayVote(draft)) return;
  const hex = bytesToHex(proposal.digest);
  const value = state.values.get(hex);
  if (value === undefined) return;
  const { height, view, digest, proof } = proposal;
  const carried = proof !== undefined && !config.rules.asksAgain;
  const verdict = state.check?.digest === hex ? state.check.verdict : undefined;
  if (carried || verdict === 'valid') return endorse(draft, 'prepare', digest);
  if (verdict !== undefined) return;
  state.check = { digest: hex, verdict: 'asked' };
  ask(draft, { type: 'check', height, view, digest, value, proposer: leaderBy(draft, proposal) });
};

/** The application's verdict; a value that it refuses ends the view. */
export const onChecked = (draft: Draft, height: number, view: number, digest: Uint8Array, valid: boolean): void => {
  const { state } = draft;
  if (height !== state.height || view !== state.record.view || state.stage !== 'open') return;
  if (state.check?.digest !== bytesToHex(digest) || state.check.verdict !== 'asked') return;
  state.check = { ...state.check, verdict: valid ? 'valid' : 'invalid' };
  if (!valid) moveToView(draft, view + 1);
};

/** Whether the leader of the view that a proposal is for is not known here, though others may know it. */
const isUnknown = (draft: Draft, proposal: Proposal): boolean => leaderBy(draft, proposal) < 0;

const leaderBy = ({ config }: Draft, { height, view, opening }: Proposal): number =>
  config.schedule.leader(height, view, opening);

/** Under which name evidence against the leader of a proposal is remembered. */
const culprit = (draft: Draft, proposal: Proposal): string => `${proposal.view}/${leaderBy(draft, proposal)}`;

/** Two digests proposed by one leader in one view. */
const accuse = (draft: Draft, first: Proposal, second: Proposal): void => {
  const { state } = draft;
  const name = culprit(draft, first);
  if (equalBytes(first.digest, second.digest) || name !== culprit(draft, second) || state.accused.has(name)) return;
  state.accused = new Set(state.accused).add(name);
  const { height, view } = first;
  const evidence = {
    kind: 'proposals' as const,
    member: leaderBy(draft, first),
    height,
    view,
    phase: 'prepare' as const,
    first: { digest: first.digest, signature: first.signature },
    second: { digest: second.digest, signature: second.signature },
  };
  ask(draft, { type: 'evidence', evidence });
};
