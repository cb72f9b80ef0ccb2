import { bytesToHex } from '@noble/hashes/utils.js';
import type { Command } from '../application.ts';
import { checkContext, indexOf } from '../committee.ts';
import { BftError } from '../errors.ts';
import type { Input } from '../host.ts';
import { decodeMessage, type Message } from '../messages.ts';
import { valueKey } from '../record.ts';
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
import { endorse } from './endorse.ts';
import {
  acceptProposal,
  considerProposal,
  onBuilt,
  onChecked,
  onProposal,
  onProposalSigned,
  propose,
} from './proposal.ts';
import {
  accountOf,
  ask,
  broadcast,
  type CollectorOutput,
  contextOf,
  type Draft,
  distrust,
  type EngineConfig,
  type EngineEffect,
  emit,
  emptyRecord,
  leads,
  mayVote,
  type Pending,
  type State,
  send,
} from './state.ts';
import { onFetchTimer, onValue, onWantValue } from './values.ts';
import { armRepetition, enterView, moveToView, signViewChange } from './view.ts';
import { acceptViewChange, onViewChange, onViewChangeSigned, openView } from './view-change.ts';

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

const onMessage = (draft: Draft, from: string, bytes: Uint8Array): void => {
  if (draft.state.stage === 'idle' || bytes.length > draft.config.limits.messageBytes) return;
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
  else if (item.kind === 'decision') onFalseDecision(draft, item.from);
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
  if (item.kind === 'proposal') onProposalSigned(draft, { ...item.proposal, signature });
  else onViewChangeSigned(draft, { ...item.viewChange, signature });
};

const onCommand = (draft: Draft, command: Command): void => {
  switch (command.type) {
    case 'begin':
      return begin(draft, command);
    case 'proposal':
      return onBuilt(draft, command.height, command.view, command.value);
    case 'checked':
      return onChecked(draft, command.height, command.view, command.digest, command.valid);
    case 'history':
      return onHistory(draft, command.peer, command.decisions);
  }
};

/** The application opens a height: the votes already cast at it stand, those of lower ones are over. */
const begin = (draft: Draft, { height, context, parent }: Extract<Command, { type: 'begin' }>): void => {
  const { state, config } = draft;
  checkContext(height, context);
  if (height <= state.height) return;
  const first = state.stage === 'idle';
  const { future } = state;
  state.height = height;
  state.context = context;
  state.parent = parent;
  state.member = indexOf(context.committee, config.self);
  state.decision = undefined;
  state.opening = [];
  state.proposal = undefined;
  state.check = undefined;
  state.certified = undefined;
  state.viewChanges = new Map();
  state.sentViewChange = undefined;
  state.pushed = undefined;
  state.fetching = undefined;
  state.future = [];
  state.liars = new Set();
  state.answered = new Set();
  state.accused = new Set();
  state.timed = -1;
  turnTo(draft, height, context.epoch);
  state.highest = state.record.lock;
  emit(draft, { type: 'height', height, context });
  resume(draft);
  if (first) broadcast(draft, { TAG: 'status', data: { height } });
  for (const { from, bytes } of future) onMessage(draft, from, bytes);
  continueSync(draft);
};

/** Brings the record to a height: the durable one where it is of this height, else an empty one. */
const turnTo = (draft: Draft, height: number, epoch: number): void => {
  const { state } = draft;
  if (state.ahead !== undefined && state.ahead.record.height <= height) {
    state.record = state.ahead.record;
    state.values = state.ahead.values;
    state.ahead = undefined;
  }
  const { record } = state;
  if (record.height === height) {
    if (record.epoch === epoch) return;
    throw new BftError('foreign-record', `the votes at height ${height} are of epoch ${record.epoch}, not ${epoch}`);
  }
  if (record.height > height) {
    state.ahead = { record, values: state.values };
  } else {
    for (const key of [...state.strays, ...record.values.map((digest) => valueKey(bytesToHex(digest)))])
      emit(draft, { type: 'persist', key, bytes: new Uint8Array(0) });
    state.strays = [];
  }
  state.record = emptyRecord(record.scope, epoch, height);
  state.values = new Map();
};

/** Enters the height where the durable record left it. */
const resume = (draft: Draft): void => {
  const { state } = draft;
  const { view, votes } = state.record;
  if (!mayVote(draft) || view === 0) {
    state.stage = 'open';
    enterView(draft, view);
    return propose(draft);
  }
  emit(draft, { type: 'close', view });
  if (votes.propose !== undefined || votes.prepare !== undefined || votes.commit !== undefined)
    return enterView(draft, view);
  state.stage = 'changing';
  armRepetition(draft);
  signViewChange(draft);
};

const onTimer = (draft: Draft, id: string): void => {
  const { state } = draft;
  if (state.stage === 'idle') return;
  if (id === 'view' && state.stage !== 'decided') moveToView(draft, state.record.view + 1);
  if (id === 'repeat') repeat(draft);
  if (id === 'fetch') onFetchTimer(draft);
  if (id === 'sync') onSyncTimer(draft);
};

/** Says again what one last said: a lossy network must not cost a view. */
const repeat = (draft: Draft): void => {
  const { state, config } = draft;
  const { record, proposal, certified, sentViewChange } = state;
  const others = contextOf(draft).committee.filter(({ peer }) => peer !== config.self);
  const listener = others[state.turn++ % Math.max(others.length, 1)];
  if (listener !== undefined) tellHeight(draft, listener.peer);
  armRepetition(draft);
  state.answered = new Set();
  if (state.stage === 'decided' && listener !== undefined) showDecision(draft, listener.peer);
  if (state.stage === 'changing') {
    if (sentViewChange !== undefined) emit(draft, { type: 'broadcast', bytes: sentViewChange });
    openView(draft);
  }
  if (state.stage !== 'open' || !mayVote(draft)) return;
  if (certified !== undefined && listener !== undefined)
    send(draft, listener.peer, { TAG: 'certified', data: certified });
  if (certified === undefined && proposal !== undefined && leads(draft))
    broadcast(draft, { TAG: 'proposal', data: proposal });
  if (certified === undefined && record.votes.prepare !== undefined) endorse(draft, 'prepare', record.votes.prepare);
  if (record.votes.commit !== undefined) endorse(draft, 'commit', record.votes.commit);
};
