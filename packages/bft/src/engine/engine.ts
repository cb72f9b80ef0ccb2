import type { Command } from '../application.ts';
import { checkContext } from '../committee.ts';
import type { Input } from '../host.ts';
import { carriesValues, decodeMessage, type Message } from '../messages.ts';
import {
  behind,
  continueSync,
  onDecisions,
  onFalseDecision,
  onHistory,
  onStatus,
  onSyncTimer,
  onWantDecisions,
  tellHeight,
} from './catch-up.ts';
import { acceptCertified, acceptDecision, handDecision, onCertified, onGathered, showDecision } from './certified.ts';
import type { EngineConfig } from './config.ts';
import { accountOf, ask, broadcast, contextOf, type Draft, distrust, emit, leads, send } from './draft.ts';
import { endorse } from './endorse.ts';
import { begin, go } from './height.ts';
import { acceptProposal, considerProposal, onBuilt, onChecked, onProposal } from './proposal.ts';
import type { CollectorOutput, EngineEffect, Pending, State } from './state.ts';
import { onFetchTimer, onValue, onWantValue } from './values.ts';
import { armRepetition, moveToView } from './view.ts';
import { acceptViewChange, onGatherTimer, onViewChange, onViewChangeSigned } from './view-change.ts';

/** An engine's next state and what it asks for. */
export interface EngineTransition {
  readonly state: State;
  readonly effects: readonly EngineEffect[];
}

/** One step of the engine: pure, total on every input. */
export const stepEngine = (config: EngineConfig, state: State, input: Input | CollectorOutput): EngineTransition => {
  const draft: Draft = { config, state: { ...state }, effects: [] };
  dispatch(draft, input);
  considerProposal(draft);
  handDecision(draft);
  return { state: draft.state, effects: draft.effects };
};

const dispatch = (draft: Draft, input: Input | CollectorOutput): void => {
  switch (input.type) {
    case 'start':
      return;
    case 'message':
      return onMessage(draft, input.from, input.bytes);
    case 'timer':
      return onTimer(draft, input.id);
    case 'verified':
      return onVerified(draft, input.id, input.valid);
    case 'signed':
      return onSigned(draft, input.id, input.signature);
    case 'command':
      return onCommand(draft, input.value);
    case 'certified':
      return onGathered(draft, input);
    case 'misconduct':
      return ask(draft, { type: 'evidence', evidence: input.evidence });
  }
};

/** The longest message that carries no value: 667 view-changes fit, with attachments of 250 bytes each. */
const CONTROL_BYTES = 256 * 1024;

/** How long a message may be, told by its first byte, before anything is decoded or kept. */
const longest = ({ config }: Draft, bytes: Uint8Array): number =>
  carriesValues(bytes) ? config.limits.messageBytes : Math.min(CONTROL_BYTES, config.limits.messageBytes);

const onMessage = (draft: Draft, from: string, bytes: Uint8Array): void => {
  if (draft.state.stage === 'idle' || bytes.length > longest(draft, bytes)) return;
  const message = decodeMessage(bytes);
  if (message === undefined) return;
  switch (message.TAG) {
    case 'proposal':
    case 'certified':
    case 'viewChange': {
      const { height } = message.TAG === 'viewChange' ? message.data.viewChange : message.data;
      if (height < draft.state.height) return tellHeight(draft, from);
      if (height > draft.state.height) return onFuture(draft, from, height, bytes);
      return onCurrent(draft, from, message);
    }
    case 'wantValue':
      return onWantValue(draft, from, message.data.digest);
    case 'value':
      return onValue(draft, from, message.data.value);
    case 'status':
      return onStatus(draft, from, message.data.height);
    case 'wantDecisions':
      return onWantDecisions(draft, from, message.data.from);
    case 'decisions':
      return onDecisions(draft, from, message.data.decisions);
  }
};

const onCurrent = (
  draft: Draft,
  from: string,
  message: Extract<Message, { TAG: 'proposal' | 'certified' | 'viewChange' }>,
): void => {
  switch (message.TAG) {
    case 'proposal':
      return onProposal(draft, from, message.data);
    case 'certified':
      return onCertified(draft, from, message.data);
    case 'viewChange':
      return onViewChange(draft, from, message.data.viewChange, message.data.proof);
  }
};

/** A message about a greater height: kept when it is the next, for this replica may be about to get there. */
const onFuture = (draft: Draft, from: string, height: number, bytes: Uint8Array): void => {
  const { state, config } = draft;
  const account = accountOf(draft, from);
  const kept = state.future.filter((message) => message.account === account).length;
  if (height === state.height + 1 && kept < config.limits.futurePerPeer)
    state.future = [...state.future, { from, account, bytes }];
  behind(draft, from, height);
};

const onVerified = (draft: Draft, id: string, valid: boolean): void => {
  const item = draft.state.pending.get(id);
  if (item === undefined) return;
  const pending = new Map(draft.state.pending);
  pending.delete(id);
  draft.state.pending = pending;
  if (valid) accept(draft, item);
  else if (item.kind === 'decision') onFalseDecision(draft);
  // By another leader than the one that is known here, and not for that a lie.
  else if (item.kind === 'proposal' && draft.config.schedule.isAgreed?.(item.proposal.view) === false) return;
  else distrust(draft, item.account);
};

const accept = (draft: Draft, item: Pending): void => {
  switch (item.kind) {
    case 'proposal':
      return acceptProposal(draft, item.proposal, item.from);
    case 'certified':
      return acceptCertified(draft, item.certified);
    case 'viewChange':
      return acceptViewChange(draft, item.viewChange, item.proof);
    case 'decision':
      return acceptDecision(draft, item.decision);
  }
};

const onSigned = (draft: Draft, id: string, signature: Uint8Array): void => {
  const item = draft.state.signing.get(id);
  if (item === undefined) return;
  const signing = new Map(draft.state.signing);
  signing.delete(id);
  draft.state.signing = signing;
  if (item.kind === 'proposal') acceptProposal(draft, { ...item.proposal, signature }, draft.config.self);
  else onViewChangeSigned(draft, { ...item.viewChange, signature });
};

const onCommand = (draft: Draft, command: Command): void => {
  switch (command.type) {
    case 'begin':
      return onBegin(draft, command);
    case 'go':
      return go(draft, command.height);
    case 'proposal':
      return onBuilt(draft, command.height, command.view, command.value);
    case 'checked':
      return onChecked(draft, command.height, command.view, command.digest, command.valid);
    case 'history':
      return onHistory(draft, command.peer, command.decisions);
  }
};

/** A height begins: then what was heard of it before, and the rest of catching up. */
const onBegin = (draft: Draft, command: Extract<Command, { type: 'begin' }>): void => {
  const { state } = draft;
  checkContext(command.height, command.context);
  if (command.height <= state.height) return;
  const { future } = state;
  state.future = [];
  begin(draft, command);
  for (const { from, bytes } of future) onMessage(draft, from, bytes);
  continueSync(draft);
};

const onTimer = (draft: Draft, id: string): void => {
  const { state } = draft;
  if (state.stage === 'idle') return;
  if (id === 'view' && state.stage !== 'decided') moveToView(draft, state.record.view + 1);
  if (id === 'gather') onGatherTimer(draft);
  if (id === 'repeat') repeat(draft);
  if (id === 'fetch') onFetchTimer(draft);
  if (id === 'sync') onSyncTimer(draft);
};

/** Says again what one last said: a lossy network must not cost a view. */
const repeat = (draft: Draft): void => {
  const { state, config } = draft;
  const { record, proposal, certified, sentViewChange, stage } = state;
  const others = contextOf(draft).committee.filter(({ peer }) => peer !== config.self);
  const listener = others[state.turn++ % Math.max(others.length, 1)]?.peer;
  armRepetition(draft);
  state.answered = new Set();
  if (listener !== undefined) {
    tellHeight(draft, listener);
    if (stage === 'decided') showDecision(draft, listener);
    if (stage === 'open' && certified !== undefined) send(draft, listener, { TAG: 'certified', data: certified });
  }
  if (stage === 'changing' && sentViewChange !== undefined) emit(draft, { type: 'broadcast', bytes: sentViewChange });
  if (stage !== 'open') return;
  if (certified === undefined && proposal !== undefined && leads(draft))
    broadcast(draft, { TAG: 'proposal', data: proposal });
  if (certified === undefined && record.votes.prepare !== undefined) endorse(draft, 'prepare', record.votes.prepare);
  if (record.votes.commit !== undefined) endorse(draft, 'commit', record.votes.commit);
};
