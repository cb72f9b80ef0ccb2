import { bytesToHex } from '@noble/hashes/utils.js';
import { equalBytes } from '../bytes.ts';
import type { Proposal } from '../messages.ts';
import { proposalBytes } from '../statements.ts';
import { proposalStatement } from './claims.ts';
import { endorse, vouch } from './endorse.ts';
import {
  ask,
  broadcast,
  contextOf,
  type Draft,
  holdValue,
  leads,
  mayVote,
  persistRecord,
  sign,
  verify,
} from './state.ts';
import { fetchValue, takePushed } from './values.ts';
import { enterView, moveToView } from './view.ts';

/** The leader's step: the value that the opening view-changes allow, or a fresh one from the application. */
export const propose = (draft: Draft): void => {
  const { state, config } = draft;
  if (state.stage !== 'open' || !leads(draft) || !mayVote(draft) || state.proposal !== undefined) return;
  const allowed = state.record.votes.propose ?? config.rules.allowed(state.opening);
  if (allowed !== undefined) signProposal(draft, allowed);
  else ask(draft, { type: 'propose', height: state.height, view: state.record.view, parent: state.parent });
};

/** The application's fresh value: vouched for and durable as this view's proposal before it is signed. */
export const onBuilt = (draft: Draft, height: number, view: number, value: Uint8Array): void => {
  const { state, config } = draft;
  if (height !== state.height || view !== state.record.view || state.stage !== 'open') return;
  if (!leads(draft) || !mayVote(draft) || state.proposal !== undefined || state.record.votes.propose !== undefined)
    return;
  const digest = value.length <= config.limits.valueBytes ? config.digest(value) : undefined;
  if (digest === undefined) return;
  holdValue(draft, bytesToHex(digest), value);
  state.check = { view, digest: bytesToHex(digest), verdict: 'valid' };
  signProposal(draft, digest);
};

const signProposal = (draft: Draft, digest: Uint8Array): void => {
  const { state, config } = draft;
  const { height, opening } = state;
  const { view, votes } = state.record;
  if (votes.propose === undefined) {
    const values = state.values.has(bytesToHex(digest)) ? vouch(draft, digest) : state.record.values;
    persistRecord(draft, { values, votes: { ...votes, propose: digest } });
  }
  const message = proposalBytes(config.scope, contextOf(draft), height, view, digest);
  sign(draft, { kind: 'proposal', proposal: { height, view, digest, opening } }, message);
};

/** The signed proposal goes out behind its value, and is accepted here as everywhere. */
export const onProposalSigned = (draft: Draft, proposal: Proposal): void => {
  const { state } = draft;
  if (proposal.height !== state.height || proposal.view !== state.record.view || state.stage !== 'open') return;
  const value = state.values.get(bytesToHex(proposal.digest));
  if (value !== undefined) broadcast(draft, { TAG: 'value', data: { value } });
  broadcast(draft, { TAG: 'proposal', data: proposal });
  acceptProposal(draft, proposal, contextOf(draft).committee[state.member]!.peer);
};

/** A peer's proposal for this height: guards, then its signatures are verified. */
export const onProposal = (draft: Draft, from: string, proposal: Proposal): void => {
  const { state } = draft;
  if (proposal.view < state.record.view || state.stage === 'decided') return;
  const known = proposal.view === state.record.view ? state.proposal : undefined;
  if (known !== undefined && equalBytes(known.digest, proposal.digest)) return;
  const statement = proposalStatement(draft, proposal);
  if (statement !== undefined) verify(draft, { kind: 'proposal', from, proposal }, statement);
};

/** A proposal whose signatures hold: obeyed when it is the only allowed digest, or fresh and allowed to be. */
export const acceptProposal = (draft: Draft, proposal: Proposal, from: string): void => {
  const { state, config } = draft;
  const { view, digest, opening } = proposal;
  if (proposal.height !== state.height || view < state.record.view || state.stage === 'decided') return;
  if (view > state.record.view || state.stage === 'changing') enterView(draft, view);
  if (state.proposal !== undefined) {
    if (!equalBytes(state.proposal.digest, digest)) accuse(draft, state.proposal, proposal);
    return;
  }
  state.proposal = proposal;
  const allowed = config.rules.allowed(opening);
  if (allowed !== undefined && !equalBytes(allowed, digest) && !config.rules.obeysLeader) {
    moveToView(draft, view + 1);
    return;
  }
  if (!takePushed(draft, digest)) fetchValue(draft, digest, from);
};

/** With proposal and value at hand: a prepared value is endorsed at once, a fresh one when the application agrees. */
export const considerProposal = (draft: Draft): void => {
  const { state, config } = draft;
  const { proposal } = state;
  if (proposal === undefined || state.stage !== 'open' || state.record.votes.prepare !== undefined) return;
  const hex = bytesToHex(proposal.digest);
  const value = state.values.get(hex);
  if (value === undefined) return;
  const { height, view, digest, opening } = proposal;
  const carried = config.rules.allowed(opening) !== undefined && !config.rules.asksAgain;
  const verdict = state.check?.view === view && state.check.digest === hex ? state.check.verdict : undefined;
  if (carried || verdict === 'valid') return endorse(draft, 'prepare', digest);
  if (verdict !== undefined) return;
  state.check = { view, digest: hex, verdict: 'asked' };
  ask(draft, { type: 'check', height, view, digest, value, proposer: config.schedule.leader(height, view, opening) });
};

/** The application's verdict; a value that it refuses ends the view. */
export const onChecked = (draft: Draft, height: number, view: number, digest: Uint8Array, valid: boolean): void => {
  const { state } = draft;
  if (height !== state.height || view !== state.record.view || state.stage !== 'open') return;
  if (state.check?.view !== view || state.check.digest !== bytesToHex(digest) || state.check.verdict !== 'asked')
    return;
  state.check = { ...state.check, verdict: valid ? 'valid' : 'invalid' };
  if (!valid) moveToView(draft, view + 1);
};

/** Two digests proposed by one leader in one view. */
const accuse = (draft: Draft, first: Proposal, second: Proposal): void => {
  const { state, config } = draft;
  const member = config.schedule.leader(first.height, first.view, first.opening);
  if (config.schedule.leader(second.height, second.view, second.opening) !== member) return;
  const name = `${first.view}/${member}`;
  if (state.accused.has(name)) return;
  state.accused = new Set(state.accused).add(name);
  const { height, view } = first;
  ask(draft, {
    type: 'evidence',
    evidence: { kind: 'proposals', member, height, view, phase: 'prepare', first, second },
  });
};
