import { describe, expect, test } from 'vitest';
import {
  alphaOf,
  createElection,
  decodeAttachment,
  decodeTickets,
  type Effect,
  type Election,
  type ElectionCommand,
  type ElectionConfig,
  type ElectionState,
  encodeTickets,
  type Input,
  type Ticket,
} from '../src/index.ts';
import { fakeEcvrf } from '../src/testing.ts';
import { byRank, contextOf, openingOf, proofOf } from './roster.ts';

const context = contextOf(fakeEcvrf, 7);
const peers = context.seats.map((_, i) => `s${i}`);
const order = byRank(fakeEcvrf, context);
const self = order[6]!;
const [first, second, third, fourth] = order as [number, number, number, number];
const config: ElectionConfig = { context, self, peers, vrf: fakeEcvrf, delta: 100 };
const ticketOf = (seat: number, change: Partial<Ticket> = {}): Ticket => ({
  epoch: context.epoch,
  attempt: 0,
  electionView: 0,
  seat,
  pi: proofOf(fakeEcvrf, context, seat, change.attempt ?? 0, change.electionView ?? 0),
  ...change,
});

/** One machine by hand; it answers `verify` and `sign` itself, unless told not to. */
class Driver {
  readonly election: Election;
  state: ElectionState;

  constructor(change: Partial<ElectionConfig> = {}, persisted: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.election = createElection({ ...config, ...change });
    this.state = this.election.init(persisted);
  }
  give(input: Input): readonly Effect[] {
    const { state, effects } = this.election.step(this.state, input);
    this.state = state;
    return effects;
  }
  settle(effects: readonly Effect[]): Effect[] {
    return effects.flatMap((effect) => {
      if (effect.type === 'verify') {
        const { publicKey, alpha, pi } = effect.statement;
        const valid = fakeEcvrf.verify(publicKey, alpha, pi) !== undefined;
        return this.settle(this.give({ type: 'verified', id: effect.id, valid }));
      }
      if (effect.type !== 'sign') return [effect];
      const drawing = Number(effect.id.split('/')[2]);
      expect(effect.message).toEqual(alphaOf(context, this.state.current!.attempt, drawing));
      const signature = proofOf(fakeEcvrf, context, self, this.state.current!.attempt, drawing);
      return this.settle(this.give({ type: 'signed', id: effect.id, signature }));
    });
  }
  command(value: ElectionCommand): Effect[] {
    return this.settle(this.give({ type: 'command', value }));
  }
  begin(attempt = 0, barred: readonly number[] = []): Effect[] {
    return this.command({ type: 'attempt', attempt, barred });
  }
  hear(from: number | string, ...tickets: Ticket[]): readonly Effect[] {
    const name = typeof from === 'string' ? from : peers[from]!;
    return this.give({ type: 'message', from: name, bytes: encodeTickets(tickets) });
  }
  timer(id: string): Effect[] {
    return this.settle(this.give({ type: 'timer', id }));
  }
  get held(): number[] {
    return this.state.held.map(({ seat }) => seat);
  }
}

const sentTickets = (effects: readonly Effect[]): number[][] =>
  effects.flatMap((effect) =>
    effect.type === 'broadcast' ? [decodeTickets(effect.bytes)!.map(({ seat }) => seat)] : [],
  );
const outputs = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'output' ? [effect.value] : []));

describe('gathering', () => {
  test('an attempt begins with the own ticket, sent to all, and two timers', () => {
    const driver = new Driver();
    const effects = driver.begin();
    expect(sentTickets(effects)).toEqual([[self]]);
    expect(effects.flatMap((effect) => (effect.type === 'setTimer' ? [[effect.id, effect.ms]] : []))).toEqual([
      ['delta', 100],
      ['repeat', 50],
    ]);
    expect(driver.held).toEqual([self]);
  });

  test('tickets that hold are ranked, and passed on if among the lowest three', () => {
    const driver = new Driver();
    driver.begin();
    expect(sentTickets(driver.settle(driver.hear(third, ticketOf(third))))).toEqual([[third]]);
    expect(sentTickets(driver.settle(driver.hear(second, ticketOf(second))))).toEqual([[second]]);
    expect(sentTickets(driver.settle(driver.hear(first, ticketOf(first))))).toEqual([[first]]);
    expect(sentTickets(driver.settle(driver.hear(fourth, ticketOf(fourth))))).toEqual([]);
    expect(driver.held).toEqual([first, second, third, fourth, self]);
    expect(driver.hear(second, ticketOf(first))).toEqual([]);
    expect(sentTickets(driver.timer('repeat'))).toEqual([[first, second, third]]);
  });

  test('after delta the lowest three are fixed, and nothing more is heard', () => {
    const driver = new Driver();
    driver.begin(0, [second]);
    for (const seat of [third, first, second, fourth]) driver.settle(driver.hear(seat, ticketOf(seat)));
    const waiting = driver.hear(order[4]!, ticketOf(order[4]!));
    expect(outputs(driver.timer('delta'))).toEqual([
      { type: 'held', attempt: 0, leader: first, lowest: [first, third, fourth] },
    ]);
    expect(driver.settle(waiting)).toEqual([]);
    expect(driver.hear(order[5]!, ticketOf(order[5]!))).toEqual([]);
    expect(driver.held).not.toContain(order[4]);
    expect(driver.timer('delta')).toEqual([]);
    expect(driver.timer('repeat')).toEqual([]);
  });

  test('false tickets do not count, and whoever sends one is not heard again', () => {
    const driver = new Driver();
    driver.begin();
    driver.settle(driver.hear(second, ticketOf(first, { pi: new Uint8Array(80) })));
    expect(driver.held).toEqual([self]);
    expect(driver.hear(second, ticketOf(second))).toEqual([]);
    driver.settle(driver.hear(third, ticketOf(second)));
    expect(driver.held).toEqual([second, self]);
  });

  test('tickets of other epochs, attempts, drawings and seats are dropped', () => {
    const driver = new Driver();
    driver.begin(2);
    const good = ticketOf(first, { attempt: 2 });
    const foreign = ticketOf(first, { attempt: 2, electionView: 1 });
    for (const wrong of [{ ...good, epoch: 8 }, { ...good, attempt: 1 }, { ...good, seat: 7 }, foreign])
      expect(driver.hear(first, wrong)).toEqual([]);
    expect(driver.hear('stranger', ticketOf(first, { attempt: 2 }))).toEqual([]);
    expect(driver.hear(first, ticketOf(self, { attempt: 2 }))).toEqual([]);
    expect(driver.give({ type: 'message', from: peers[first]!, bytes: new Uint8Array(9) })).toEqual([]);
    expect(driver.hear(first, ticketOf(first, { attempt: 2 }))).toHaveLength(1);
  });

  test('one peer has eight verifications at a time, and no ticket twice', () => {
    const large = contextOf(fakeEcvrf, 20);
    const names = large.seats.map((_, i) => `s${i}`);
    const driver = new Driver({ context: large, peers: names, self: 19 });
    driver.give({ type: 'command', value: { type: 'attempt', attempt: 0, barred: [] } });
    const ticket = (seat: number): Ticket => ({ ...ticketOf(0), seat, pi: new Uint8Array(80).fill(seat) });
    const asked = Array.from({ length: 12 }, (_, seat) => driver.hear('s0', ticket(seat)).length);
    expect(asked).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect(driver.hear('s1', ticket(3))).toEqual([]);
    expect(driver.hear('s1', ticket(11))).toHaveLength(1);
  });

  test('a ticket that came early, from its owner, counts when its attempt begins', () => {
    const driver = new Driver();
    driver.begin();
    expect(driver.hear(first, ticketOf(first, { attempt: 1 }))).toEqual([]);
    expect(driver.hear(first, ticketOf(second, { attempt: 1 }))).toEqual([]);
    driver.begin(1);
    expect(driver.held).toHaveLength(2);
    expect(driver.held).toContain(first);
    expect(driver.state.early.size).toBe(0);
  });

  test('an attempt that is over does not begin again, nor is its answer heard', () => {
    const driver = new Driver();
    const asked = driver.give({ type: 'command', value: { type: 'attempt', attempt: 0, barred: [] } });
    driver.begin(1);
    expect(driver.begin(1)).toEqual([]);
    expect(driver.begin(0)).toEqual([]);
    const sign = asked.find((effect) => effect.type === 'sign')!;
    expect(driver.give({ type: 'signed', id: sign.id, signature: new Uint8Array(80) })).toEqual([]);
    expect(driver.give({ type: 'signed', id: 'own/1/0', signature: new Uint8Array(3) })).toEqual([]);
    expect(driver.give({ type: 'verified', id: 'unknown', valid: true })).toEqual([]);
  });
});

describe('views', () => {
  const at = (view: number, height = 0) => ({ height, view });
  const begun = (): Driver => {
    const driver = new Driver();
    driver.begin();
    for (const seat of [first, second, third]) driver.settle(driver.hear(seat, ticketOf(seat)));
    driver.timer('delta');
    driver.command({ type: 'view', ...at(0) });
    return driver;
  };
  const said = (driver: Driver, view: number) => decodeAttachment(driver.election.attachment(driver.state, at(view)))!;

  test('the lowest leads view 0, and a view-change to view 1 names it and carries the own ticket', () => {
    const driver = begun();
    expect(driver.election.leader(driver.state, at(0), [])).toBe(first);
    expect(said(driver, 1)).toEqual({ pi: proofOf(fakeEcvrf, context, self), waitedFor: first, excluded: [] });
    expect(said(driver, 2).waitedFor).toBeUndefined();
  });

  test('tickets of the next drawing are there in time', () => {
    const driver = begun();
    expect(said(driver, 3).pi).toEqual(proofOf(fakeEcvrf, context, self, 0, 1));
    expect(said(driver, 6).pi).toBeUndefined();
    driver.command({ type: 'view', ...at(3) });
    expect(said(driver, 6).pi).toEqual(proofOf(fakeEcvrf, context, self, 0, 2));
    expect(driver.state.own.has(0)).toBe(false);
  });

  test('an opened view names its leader, and whom a quorum waited for is excluded durably', () => {
    const driver = begun();
    const opening = openingOf(
      fakeEcvrf,
      context,
      [...order.slice(0, 5)].sort((a, b) => a - b),
      { waitedFor: first },
    );
    const effects = driver.command({ type: 'opened', ...at(1), opening });
    expect(driver.election.leader(driver.state, at(1), opening)).toBe(second);
    const record = [{ seat: first, height: 0, view: 1 }];
    expect(said(driver, 2)).toMatchObject({ waitedFor: second, excluded: record });
    const stored = effects.flatMap((effect) =>
      effect.type === 'persist' ? [[effect.key, effect.bytes] as const] : [],
    );
    expect(stored).toHaveLength(1);
    expect(new Driver({}, new Map(stored)).state.record).toEqual(record);
    const other = { ...context, epoch: 8 };
    expect(new Driver({ context: other }, new Map(stored)).state.record).toEqual([]);
    // In the next height it does not lead view 0 either.
    driver.command({ type: 'view', ...at(0, 1) });
    expect(driver.election.leader(driver.state, at(0, 1), [])).toBe(second);
    expect(driver.command({ type: 'opened', ...at(1), opening })).toEqual([]);
  });

  test('a liar among those that open a view does not save whom all others waited for', () => {
    const driver = begun();
    const change = (seat: number, waitedFor: number) =>
      driver.command({ type: 'viewChange', ...at(1), ...openingOf(fakeEcvrf, context, [seat], { waitedFor })[0]! });
    change(first, third);
    for (const seat of [second, third, fourth, order[4]!]) expect(change(seat, first)).toEqual([]);
    expect(change(order[5]!, first)).toMatchObject([{ type: 'persist' }]);
    expect(said(driver, 2).excluded).toEqual([{ seat: first, height: 0, view: 1 }]);
    // The leader of the view that is under way stays whom it was.
    expect(driver.election.leader(driver.state, at(0), [])).toBe(first);
  });

  test('one member counts once, for the latest view that it moved to', () => {
    const driver = begun();
    const change = (view: number, seat: number) =>
      driver.command({
        type: 'viewChange',
        ...at(view),
        ...openingOf(fakeEcvrf, context, [seat], { waitedFor: 3 })[0]!,
      });
    for (let i = 0; i < 9; i++) expect(change(1, 2)).toEqual([]);
    for (const seat of [0, 1, 4]) expect(change(1, seat)).toEqual([]);
    expect(change(2, 5)).toEqual([]);
    expect(change(1, 5)).toEqual([]);
    expect(driver.state.record).toEqual([]);
    expect(change(1, 6)).toMatchObject([{ type: 'persist' }]);
    expect(driver.state.record).toEqual([{ seat: 3, height: 0, view: 1 }]);
  });

  test('one member that runs ahead to the last view, or height, does not silence what all others name', () => {
    for (const far of [at(2 ** 32 - 1), at(1, 2 ** 32 - 1)]) {
      const driver = begun();
      const change = (moment: { height: number; view: number }, seat: number, waitedFor: number) =>
        driver.command({
          type: 'viewChange',
          ...moment,
          ...openingOf(fakeEcvrf, context, [seat], { waitedFor })[0]!,
        });
      change(far, first, third);
      for (const seat of order.slice(1, 5)) expect(change(at(1), seat, first)).toEqual([]);
      expect(change(at(1), order[5]!, first)).toMatchObject([{ type: 'persist' }]);
      expect(driver.state.record).toEqual([{ seat: first, height: 0, view: 1 }]);
    }
  });

  test('a late name for an earlier view does not undo those for the present one', () => {
    const driver = begun();
    const change = (view: number, seat: number) =>
      driver.command({
        type: 'viewChange',
        ...at(view),
        ...openingOf(fakeEcvrf, context, [seat], { waitedFor: 3 })[0]!,
      });
    for (const seat of [0, 1, 2, 4]) change(2, seat);
    change(1, 6);
    expect(change(2, 5)).toMatchObject([{ type: 'persist' }]);
    expect(driver.state.record).toEqual([{ seat: 3, height: 0, view: 2 }]);
  });

  test('undecodable attachments are passed over', () => {
    const driver = begun();
    const opening = [{ seat: 0, attachment: new Uint8Array(1) }];
    expect(driver.command({ type: 'opened', ...at(1), opening })).toEqual([]);
    expect(driver.command({ type: 'viewChange', ...at(1), ...opening[0]! })).toEqual([]);
  });
});

test('configurations that cannot be are refused', () => {
  const [seat] = context.seats;
  const wrong: Partial<ElectionConfig>[] = [
    { self: 7 },
    { self: -1 },
    { delta: 0 },
    { delta: 1.5 },
    { peers: peers.slice(1) },
    { peers: peers.map(() => 'same') },
    { context: { ...context, seats: [] }, peers: [] },
    { context: { ...context, chain: new Uint8Array(31) } },
    { context: { ...context, randomness: new Uint8Array(33) } },
    { context: { ...context, epoch: -1 } },
    { context: { ...context, seats: context.seats.map(() => ({ ...seat!, vrfKey: new Uint8Array(31) })) } },
  ];
  for (const change of wrong)
    expect(() => createElection({ ...config, ...change })).toThrow(
      expect.objectContaining({ name: 'VrfError', code: 'configuration' }),
    );
});
