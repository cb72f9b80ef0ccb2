import { bytesToHex } from '@noble/hashes/utils.js';
import { encodeUnsigned } from '../messages.ts';
import { viewChangeBytes } from '../statements.ts';
import { contextOf, type Draft, emit, mayVote, persistRecord, sign } from './draft.ts';

const forgetView = ({ state }: Draft): void => {
  state.opening = [];
  state.proposal = undefined;
  state.check = undefined;
  state.certified = undefined;
  state.pushed = new Map();
  state.sentViewChange = undefined;
  // Only what one vouched for is kept for others: a faulty leader must not fill the memory, view after view.
  const kept = new Set(state.record.values.map((digest) => bytesToHex(digest)));
  state.values = new Map([...state.values].filter(([hex]) => kept.has(hex)));
};

/** The time between repetitions of what one last said, in ms: a quarter of the first view's time-out. */
const repetition = ({ config, state }: Draft): number => Math.ceil(config.schedule.timeout(state.height, 0) / 4);

/** Starts the timer at which one says again what one last said. */
export const armRepetition = (draft: Draft): void =>
  emit(draft, { type: 'setTimer', id: 'repeat', ms: repetition(draft) });

/** Starts the time-out of the current view. */
export const armView = (draft: Draft): void => {
  const { state, config } = draft;
  if (state.waits && state.record.view === 0) return;
  state.timed = state.record.view;
  emit(draft, { type: 'setTimer', id: 'view', ms: config.schedule.timeout(state.height, state.record.view) });
};

/** Takes part in a view that is shown to be open. Entering a higher one closes every session of the lower. */
export const enterView = (draft: Draft, view: number): void => {
  const { state } = draft;
  if (view > state.record.view) {
    forgetView(draft);
    state.record = { ...state.record, view, votes: {} };
    emit(draft, { type: 'close', view });
  }
  state.stage = 'open';
  armView(draft);
  armRepetition(draft);
};

/**
 * Leaves the current view for a higher one, for ever: the move is durable and the sessions of lower views are closed
 * before the view-change is signed, else a share could outlive it and complete a certificate behind its back.
 */
export const moveToView = (draft: Draft, view: number): void => {
  const { state } = draft;
  armRepetition(draft);
  if (!mayVote(draft)) return;
  forgetView(draft);
  state.stage = 'changing';
  persistRecord(draft, { view, votes: {} });
  emit(draft, { type: 'close', view });
  emit(draft, { type: 'clearTimer', id: 'view' });
  signViewChange(draft);
};

/** Signs the view-change to the current view; after a restart, the same one again. */
export const signViewChange = (draft: Draft): void => {
  const { state, config } = draft;
  const { height, member, record } = state;
  const carried = config.rules.carried(record.lock);
  const viewChange = {
    height,
    view: record.view,
    member,
    prepared: carried === undefined ? undefined : { view: carried.certificate.view, digest: carried.digest },
    attachment: config.schedule.attachment(height, record.view),
  };
  const body = encodeUnsigned(viewChange);
  sign(
    draft,
    { kind: 'viewChange', viewChange },
    viewChangeBytes(config.scope, contextOf(draft), height, record.view, body),
  );
};
