import { type Adversary, type Behaviour, generalBehaviours, mutateSends } from '@ios/simulator';
import {
  alphaOf,
  decodeAttachment,
  decodeTickets,
  type ElectionContext,
  encodeAttachment,
  encodeTickets,
  type Ticket,
} from '../src/index.ts';
import { type BeaconMessage, decode, encode } from './messages.ts';

/** Ways of a seat to be Byzantine in an election; its own tickets it can make for any drawing. */
export const electionBehaviours = (
  context: ElectionContext,
  seatOf: (name: string) => number,
): Record<string, Behaviour> => {
  const own = ({ sign, self }: Adversary, attempt: number, electionView: number): Ticket => {
    const pi = sign('vrf', alphaOf(context, attempt, electionView));
    return { epoch: context.epoch, attempt, electionView, seat: seatOf(self), pi };
  };
  const rewrite = (
    change: (message: BeaconMessage, to: string, adversary: Adversary) => readonly BeaconMessage[],
  ): Behaviour =>
    mutateSends((to, bytes, moment) => {
      const message = decode(bytes);
      return message === undefined ? [bytes] : change(message, to, moment).map(encode);
    });
  const tickets = (...list: readonly Ticket[]): BeaconMessage => ({ TAG: 'tickets', data: encodeTickets(list) });
  const isOwn = ({ data }: Extract<BeaconMessage, { TAG: 'tickets' }>, self: string): boolean =>
    decodeTickets(data)?.some(({ seat }) => seat === seatOf(self)) === true;

  /** Shows its ticket to one peer alone, in time. */
  const withholds = rewrite((message, to, { self, peers }) =>
    message.TAG === 'tickets' && isOwn(message, self) && to !== peers[0] ? [] : [message],
  );
  /** Shows its ticket to nobody before view-changes. */
  const hides = rewrite((message, _to, { self }) =>
    message.TAG === 'tickets' && isOwn(message, self) ? [] : [message],
  );
  /** Many tickets: under its seat and others', with other proofs, and the tickets of foreign drawings. */
  const floods = rewrite((message, _to, adversary) => {
    if (message.TAG !== 'tickets') return [message];
    const first = own(adversary, 0, 0);
    const foreign = [own(adversary, 0, 1), own(adversary, 1, 0), own(adversary, 7, 3)];
    const relabelled = foreign.map((ticket) => ({ ...ticket, attempt: 0, electionView: 0 }));
    const random = { ...first, pi: adversary.rng.bytes(80) };
    const stolen = { ...first, seat: adversary.rng.below(context.seats.length) };
    return [message, tickets(...foreign), tickets(random), tickets(stolen), ...relabelled.map((own) => tickets(own))];
  });
  /** Takes part in everything and never leads. */
  const neverLeads = rewrite((message) => (message.TAG === 'lead' ? [] : [message]));
  /** Leads for some. */
  const leadsSome = rewrite((message, to) => (message.TAG === 'lead' && seatOf(to) % 2 === 0 ? [] : [message]));
  /** Says that it waited for somebody else, and that others are excluded; and never leads. */
  const slanders = rewrite((message, _to, { rng }) => {
    if (message.TAG === 'lead') return [];
    if (message.TAG !== 'viewChange') return [message];
    const attachment = decodeAttachment(message.data.attachment)!;
    const n = context.seats.length;
    const victims = Math.floor((n - 1) / 3) === 0 ? [] : [{ seat: rng.below(n), height: 0, view: message.data.view }];
    const lie = encodeAttachment({ ...attachment, waitedFor: rng.below(n), excluded: victims });
    return [{ TAG: 'viewChange', data: { ...message.data, attachment: lie } }];
  });
  return { ...generalBehaviours, withholds, hides, floods, neverLeads, leadsSome, slanders };
};
