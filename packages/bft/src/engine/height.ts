import { bytesToHex } from '@noble/hashes/utils.js';
import type { Command } from '../application.ts';
import { indexOf } from '../committee.ts';
import { BftError } from '../errors.ts';
import { valueKey } from '../record.ts';
import { broadcast, type Draft, emit, mayVote } from './draft.ts';
import { propose } from './proposal.ts';
import { emptyRecord, ofOneHeight } from './state.ts';
import { armRepetition, armView, enterView, signViewChange } from './view.ts';

/** The application opens a height: the votes already cast at it stand, those of lower ones are over. @throws BftError */
export const begin = (
  draft: Draft,
  { height, context, parent, waits = false }: Extract<Command, { type: 'begin' }>,
): void => {
  const { state, config } = draft;
  const first = state.stage === 'idle';
  state.height = height;
  state.context = context;
  state.parent = parent;
  state.waits = waits;
  state.member = indexOf(context.committee, config.self);
  Object.assign(state, ofOneHeight());
  turnTo(draft, height, context.epoch);
  state.highest = state.record.lock;
  emit(draft, { type: 'height', height, context });
  resume(draft);
  if (first) broadcast(draft, { TAG: 'status', data: { height } });
};

/** The application is ready for view 0 of its height, if that is not over. */
export const go = (draft: Draft, height: number): void => {
  const { state } = draft;
  if (height !== state.height || !state.waits) return;
  state.waits = false;
  if (state.stage !== 'open' || state.record.view !== 0) return;
  armView(draft);
  if (state.proposal === undefined) propose(draft);
};

/** Brings the record to a height: the durable one where it is of this height, else an empty one. */
const turnTo = (draft: Draft, height: number, epoch: number): void => {
  const { state } = draft;
  if (state.ahead !== undefined) {
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
