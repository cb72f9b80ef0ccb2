import { PROOF_LENGTH } from '../ecvrf/proof.ts';
import type { Moment } from '../exclusion.ts';
import { checkConfig, type ElectionConfig } from './config.ts';
import { type Draft, update } from './draft.ts';
import { check, decodeTickets, hold, onTickets, onVerified, repeat } from './gossip.ts';
import type { Effect, ElectionCommand, Input, SeatAttachment } from './host.ts';
import { type Rules, soundRules } from './rules.ts';
import { type ElectionState, initialState } from './state.ts';
import { decodeStored, STORED } from './stored.ts';
import { attachmentTo, fixLowest, leaderAt, onOpened, onView, onViewChange, prepare } from './views.ts';

/** The machine of one seat in one epoch's elections, and what can be asked of its states. */
export interface Election {
  /** @param persisted - what was durable; from another epoch it is ignored */
  init(persisted: ReadonlyMap<string, Uint8Array>): ElectionState;
  /** Pure, and never throws for what a peer sent. */
  step(state: ElectionState, input: Input): { readonly state: ElectionState; readonly effects: readonly Effect[] };
  /**
   * Index of the seat that leads a view. Of view 0 it is the lowest held here after Δ, which others may see otherwise; of
   * a later one it follows from `opening`, the view-changes that open it, alike for everybody.
   */
  leader(state: ElectionState, moment: Moment, opening: readonly SeatAttachment[]): number;
  /** What this seat attaches to its view-change to a view, 3 to 985 bytes. */
  attachment(state: ElectionState, moment: Moment): Uint8Array;
}

/**
 * The election of who leads the making of an epoch's randomness, after the leader election of the whitepaper's section 5.
 *
 * 1. An attempt begins: the seat asks for its ticket and sends it to all.
 * 2. For Δ it gathers tickets, has each verified, and passes on what is among the lowest three.
 * 3. After Δ it fixes the lowest three that it holds; what comes later is not heard.
 * 4. The owner of the lowest leads view 0.
 * 5. A view-change names the leader that was waited for, shows whom the seat has recorded as excluded, and carries its
 *    ticket of the drawing that the new view belongs to: views 0 to 2 are of the first, 3 to 5 of the second, and so on.
 * 6. The n - f view-changes that open a view decide who leads it: see `leaderOf`.
 * 7. Whom a quorum named is excluded for the rest of the epoch, but f at most: the oldest lapses.
 *
 * @throws VrfError `configuration`
 */
export const createElection = (config: ElectionConfig): Election => assembleElection(config, soundRules);

/** {@link createElection} with the rules as a parameter, for tests that break one. @throws VrfError `configuration` */
export const assembleElection = (config: ElectionConfig, rules: Rules): Election => {
  checkConfig(config);
  return {
    init: (persisted) => initialState(decodeStored(config.context.epoch, persisted.get(STORED))),
    step: (state, input) => {
      const draft: Draft = { config, rules, state, effects: [] };
      dispatch(draft, input);
      return { state: draft.state, effects: draft.effects };
    },
    leader: (state, moment, opening) => leaderAt(config, state, moment, opening),
    attachment: attachmentTo,
  };
};

const dispatch = (draft: Draft, input: Input): void => {
  switch (input.type) {
    case 'start':
      return;
    case 'message': {
      const tickets = draft.config.peers.includes(input.from) ? decodeTickets(input.bytes) : undefined;
      return tickets === undefined ? undefined : onTickets(draft, input.from, tickets);
    }
    case 'timer':
      if (input.id === 'repeat') return repeat(draft);
      if (input.id === 'delta') return fixLowest(draft);
      return;
    case 'verified':
      return onVerified(draft, input.id, input.valid);
    case 'signed':
      return onSigned(draft, input.id, input.signature);
    case 'command':
      return onCommand(draft, input.value);
  }
};

const onCommand = (draft: Draft, command: ElectionCommand): void => {
  if (command.type === 'attempt') return begin(draft, command.attempt, command.barred);
  const { height, view } = command;
  const moment = { height, view };
  switch (command.type) {
    case 'view':
      return onView(draft, moment);
    case 'opened':
      return onOpened(draft, moment, command.opening);
    case 'viewChange':
      return onViewChange(draft, moment, command);
  }
};

/** Step 1. */
const begin = (draft: Draft, attempt: number, barred: readonly number[]): void => {
  const { config, state } = draft;
  if (attempt <= (state.current?.attempt ?? -1)) return;
  const early = [...state.early.values()].filter((ticket) => ticket.attempt >= attempt);
  update(draft, {
    current: { attempt, barred, gathering: true },
    held: [],
    own: new Map(),
    pending: new Map(),
    early: new Map(early.filter((ticket) => ticket.attempt > attempt).map((ticket) => [ticket.seat, ticket])),
  });
  draft.effects.push(
    { type: 'setTimer', id: 'delta', ms: config.delta },
    { type: 'setTimer', id: 'repeat', ms: Math.ceil(config.delta / 2) },
  );
  prepare(draft, 0);
  for (const ticket of early) if (ticket.attempt === attempt) check(draft, config.peers[ticket.seat]!, ticket);
};

/** This seat's own ticket: sent to all if it is of the first drawing, kept for view-changes if of a later one. */
const onSigned = (draft: Draft, id: string, pi: Uint8Array): void => {
  const { config, state } = draft;
  const [kind, attempt, electionView] = id.split('/');
  const drawing = Number(electionView);
  const { current } = state;
  if (kind !== 'own' || current === undefined || Number(attempt) !== current.attempt) return;
  if (pi.length !== PROOF_LENGTH || !state.own.has(drawing)) return;
  update(draft, { own: new Map(state.own).set(drawing, pi) });
  const { epoch } = config.context;
  if (drawing === 0) hold(draft, { epoch, attempt: current.attempt, electionView: 0, seat: config.self, pi });
};
