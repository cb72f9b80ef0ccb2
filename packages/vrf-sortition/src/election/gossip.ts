import { equalBytes } from '@noble/curves/utils.js';
import * as P from 'micro-packed';
import { alphaOf, rankOf } from '../leader.ts';
import { LEADERS_PER_DRAWING, ranking } from '../ranking.ts';
import { TICKET_LENGTH, type Ticket, ticketCoder } from '../ticket.ts';
import { type Draft, update } from './draft.ts';
import type { HeldTicket, PendingTicket } from './state.ts';

/** How many tickets of one peer are verified at a time. */
const VERIFYING_PER_PEER = 8;

const message: P.CoderType<readonly Ticket[]> = /* @__PURE__ */ P.validate(
  /* @__PURE__ */ P.array(P.U8, ticketCoder) as unknown as P.CoderType<readonly Ticket[]>,
  (tickets) => {
    if (tickets.length < 1 || tickets.length > LEADERS_PER_DRAWING) throw new Error('a message has 1 to 3 tickets');
    return tickets;
  },
);

/** What members send each other: one to three tickets, counted by one byte; 95 to 283 bytes. */
export const encodeTickets = (tickets: readonly Ticket[]): Uint8Array => message.encode(tickets);

/** Decodes a message strictly, or undefined. */
export const decodeTickets = (bytes: Uint8Array): readonly Ticket[] | undefined => {
  if (bytes.length > 1 + LEADERS_PER_DRAWING * TICKET_LENGTH) return undefined;
  try {
    return message.decode(bytes);
  } catch {
    return undefined;
  }
};

/** Step 2: a peer's tickets. What was seen, is not of this drawing, or is too much, is dropped. */
export const onTickets = (draft: Draft, from: string, tickets: readonly Ticket[]): void => {
  for (const ticket of tickets) {
    const { config, state } = draft;
    const { epoch, seats } = config.context;
    // Tickets of later drawings come with view-changes.
    if (ticket.epoch !== epoch || ticket.electionView !== 0 || ticket.seat >= seats.length) continue;
    const { current } = state;
    if (current !== undefined && ticket.attempt === current.attempt) check(draft, from, ticket);
    else if (ticket.attempt > (current?.attempt ?? -1) && config.peers[ticket.seat] === from)
      update(draft, { early: new Map(state.early).set(ticket.seat, ticket) });
  }
};

/** Has a ticket verified that could matter. */
export const check = (draft: Draft, from: string, ticket: Ticket): void => {
  const { config, state, rules } = draft;
  const { seat, pi, attempt } = ticket;
  if (state.current?.gathering !== true || seat === config.self || state.liars.has(from)) return;
  if (state.held.some((held) => held.seat === seat)) return;
  const pending = [...state.pending.values()];
  if (pending.some((other) => other.ticket.seat === seat && equalBytes(other.ticket.pi, pi))) return;
  if (pending.filter((other) => other.from === from).length >= VERIFYING_PER_PEER) return;
  if (!rules.verifies) return hold(draft, ticket);
  const id = `ticket/${state.nextId}`;
  update(draft, { pending: new Map(state.pending).set(id, { from, ticket }), nextId: state.nextId + 1 });
  const publicKey = config.context.seats[seat]!.vrfKey;
  const alpha = alphaOf(config.context, attempt, 0);
  draft.effects.push({ type: 'verify', id, peer: from, statement: { publicKey, alpha, pi } });
};

export const onVerified = (draft: Draft, id: string, valid: boolean): void => {
  const { state } = draft;
  const found: PendingTicket | undefined = state.pending.get(id);
  if (found === undefined) return;
  const pending = new Map(state.pending);
  pending.delete(id);
  update(draft, { pending });
  if (!valid) return update(draft, { liars: new Set(state.liars).add(found.from) });
  hold(draft, found.ticket);
};

/** A ticket that holds counts while tickets are gathered; among the lowest three it is passed on. */
export const hold = (draft: Draft, ticket: Ticket): void => {
  const { config, state, rules } = draft;
  if (state.current?.gathering !== true || ticket.attempt !== state.current.attempt) return;
  if (state.held.some(({ seat }) => seat === ticket.seat)) return;
  const rank = rankOf(config.vrf, config.context, alphaOf(config.context, ticket.attempt, 0), ticket);
  if (rank === undefined) return;
  const held = ranking([...state.held, { seat: ticket.seat, rank, ticket }]) as readonly HeldTicket[];
  update(draft, { held });
  const matters = held.slice(0, LEADERS_PER_DRAWING).some(({ seat }) => seat === ticket.seat);
  if (ticket.seat === config.self || (rules.forwards && matters))
    draft.effects.push({ type: 'broadcast', bytes: encodeTickets([ticket]) });
};

/** Half of Δ is over: the lowest three go out once more, for those who began late. */
export const repeat = (draft: Draft): void => {
  const lowest = draft.state.held.slice(0, LEADERS_PER_DRAWING).map(({ ticket }) => ticket);
  if (draft.state.current?.gathering === true && lowest.length > 0)
    draft.effects.push({ type: 'broadcast', bytes: encodeTickets(lowest) });
};
