import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createElection, type ElectionState, encodeAttachment, encodeTickets, type Input } from '../src/index.ts';
import { fakeEcvrf } from '../src/testing.ts';
import { contextOf, proofOf } from './roster.ts';

const N = 5;
const context = contextOf(fakeEcvrf, N);
const peers = context.seats.map((_, i) => `s${i}`);
const election = createElection({ context, self: 0, peers, vrf: fakeEcvrf, delta: 10 });

const seat = fc.nat(N);
const small = fc.nat(4);
const bytes = fc.uint8Array({ maxLength: 120 });
const pi = fc.oneof(
  fc
    .tuple(fc.nat(N - 1), small, small)
    .map(([own, attempt, drawing]) => proofOf(fakeEcvrf, context, own, attempt, drawing)),
  fc.uint8Array({ minLength: 80, maxLength: 80 }),
);
const ticket = fc.record({ epoch: fc.constantFrom(7, 7, 7, 8), attempt: small, electionView: small, seat, pi });
const attachment = fc.oneof(
  bytes,
  fc
    .record({
      pi: fc.option(pi, { nil: undefined }),
      waitedFor: fc.option(seat, { nil: undefined }),
      excluded: fc.record({ seat, height: small, view: small }).map((entry) => [entry]),
    })
    .map(encodeAttachment),
);
const said = fc.record({ seat, attachment });
const moment = { height: small, view: small };
const input: fc.Arbitrary<Input> = fc.oneof(
  fc.constant<Input>({ type: 'start' }),
  fc.record({
    type: fc.constant('message' as const),
    from: fc.constantFrom(...peers, 'stranger'),
    bytes: fc.oneof(bytes, fc.array(ticket, { minLength: 1, maxLength: 3 }).map(encodeTickets)),
  }),
  fc.record({ type: fc.constant('timer' as const), id: fc.constantFrom('delta', 'repeat', 'other') }),
  fc.record({
    type: fc.constant('verified' as const),
    id: fc.nat(12).map((i) => `ticket/${i}`),
    valid: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('signed' as const),
    id: fc.tuple(small, small).map(([attempt, drawing]) => `own/${attempt}/${drawing}`),
    signature: fc.oneof(pi, bytes),
  }),
  fc.record({
    type: fc.constant('command' as const),
    value: fc.oneof(
      fc.record({ type: fc.constant('attempt' as const), attempt: small, barred: fc.array(seat, { maxLength: 3 }) }),
      fc.record({ type: fc.constant('view' as const), ...moment }),
      fc.record({ type: fc.constant('opened' as const), ...moment, opening: fc.array(said, { maxLength: 5 }) }),
      said.chain((one) =>
        fc.record({ type: fc.constant('viewChange' as const), ...moment }).map((m) => ({ ...m, ...one })),
      ),
    ),
  }),
);

/** All states of a run, oldest first, with the effects of each step as text. */
const run = (inputs: readonly Input[]): { states: ElectionState[]; told: string } => {
  const states = [election.init(new Map())];
  let told = '';
  for (const own of inputs) {
    const { state, effects } = election.step(states.at(-1)!, own);
    states.push(state);
    told += JSON.stringify(effects);
  }
  return { states, told };
};

const text = (state: ElectionState): string =>
  JSON.stringify(state, (_, value) =>
    value instanceof Map || value instanceof Set ? [...value] : value instanceof Uint8Array ? [...value].join() : value,
  );

test('property: whatever comes in, nothing throws, memory is bounded, and the same inputs do the same again', () => {
  fc.assert(
    fc.property(fc.array(input, { maxLength: 60 }), (inputs) => {
      const { states, told } = run(inputs);
      const before = states.map(text);
      const again = run(inputs);
      expect(again.told).toBe(told);
      expect(again.states.map(text)).toEqual(before);
      // Steps change no state that they were given.
      expect(states.map(text)).toEqual(before);
      for (const state of states) {
        const { held, early, pending, record, own } = state;
        expect(Math.max(held.length, early.size, pending.size / 8, own.size)).toBeLessThanOrEqual(N + 2);
        expect(record.length).toBeLessThanOrEqual(1);
        expect(election.leader(state, { height: 0, view: 0 }, [])).toBeLessThan(N);
        expect(election.attachment(state, { height: 1, view: 2 }).length).toBeLessThanOrEqual(985);
      }
    }),
    { numRuns: 150 },
  );
});
