import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  createMember,
  encodeMessage,
  type Input,
  type MemberCommand,
  type MemberState,
  type Message,
} from '../src/index.ts';
import { configOf, entryOf, listOf, nameOf, text } from './driver.ts';

const N = 7;
const index = fc.nat(N);
const session = fc.nat(4).map((byte) => new Uint8Array(32).fill(byte));
const item = fc.nat(N - 1);
const small = fc.nat(3);
const bytes = (length: number) => fc.nat(3).map((byte) => new Uint8Array(length).fill(byte));
const some = fc.uniqueArray(item, { minLength: 1, maxLength: N }).map((all) => all.sort((a, b) => a - b));
const head = { session, coordinator: index };

const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ ...head, serial: small }).map((data): Message => ({ TAG: 'ask', data })),
  fc
    .record({ ...head, message: bytes(32), payload: bytes(8), signature: bytes(64) })
    .map((data): Message => ({ TAG: 'announcement', data })),
  fc.tuple(session, index, some, small, fc.nat(2)).map(
    ([named, coordinator, all, attempt, nonce]): Message =>
      listOf(
        all.map((i) => entryOf(i, 0, BigInt(nonce + 1)).entry),
        { named, coordinator, attempt },
      ),
  ),
  fc.tuple(fc.record(head), some, small, fc.nat(2)).map(
    ([own, all, serial, nonce]): Message => ({
      TAG: 'entries',
      data: { ...own, commitments: all.map((i) => entryOf(i, serial, BigInt(nonce + 1))) },
    }),
  ),
  fc.tuple(fc.record(head), some, small, bytes(32)).map(
    ([own, all, attempt, s]): Message => ({
      TAG: 'responses',
      data: {
        ...own,
        attempt,
        statement: s,
        responses: all.map((i) => ({ index: i, s, endorsement: new Uint8Array(64) })),
      },
    }),
  ),
  fc.record({ ...head, reason: bytes(4), signature: bytes(64) }).map((data): Message => ({ TAG: 'refusal', data })),
  fc
    .tuple(fc.record(head), item, small)
    .map(
      ([own, i, attempt]): Message => ({ TAG: 'mismatch', data: { ...own, attempt, commitment: entryOf(i, attempt) } }),
    ),
);

const command: fc.Arbitrary<MemberCommand> = fc.oneof(
  fc.record({ type: fc.constant('begin' as const), session, message: bytes(32), payload: bytes(8) }),
  fc.record({ type: fc.constant('begin' as const), session, message: fc.constant(text) }),
  fc.record({ type: fc.constant('open' as const), ...head, message: bytes(32) }),
  fc.record({ type: fc.constant('refuse' as const), ...head, reason: bytes(4) }),
  fc.record({ type: fc.constant('close' as const), session }),
);

/** What happens next: something from outside, or an answer to the k-th effect that waits for one. */
type Happening = { readonly input: Input<MemberCommand> } | { readonly answer: number; readonly good: boolean };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc
    .tuple(item, message)
    .map(([from, told]) => ({ input: { type: 'message' as const, from: nameOf(from), bytes: encodeMessage(told) } })),
  command.map((value) => ({ input: { type: 'command' as const, value } })),
  fc.record({ answer: fc.nat(1_000), good: fc.boolean() }),
  fc.record({ answer: fc.nat(1_000), good: fc.constant(true) }),
);

const LENGTHS: Readonly<Record<string, number>> = { commit: 128, respond: 32, erase: 0 };

test('whatever happens, no step throws, memory stays within its bounds, and the same again gives the same', () => {
  const config = configOf(0);
  const { limits } = config;
  const machine = createMember(config);
  const play = (happenings: readonly Happening[]): readonly MemberState[] => {
    let state = machine.init();
    let waiting: Input<MemberCommand>[][] = [];
    const states: MemberState[] = [];
    for (const next of happenings) {
      const chosen = 'answer' in next ? waiting[next.answer % waiting.length] : undefined;
      const input = 'input' in next ? next.input : chosen?.[next.good ? 0 : 1];
      if (input === undefined) continue;
      waiting = waiting.filter((one) => one !== chosen);
      const step = machine.step(state, input);
      state = step.state;
      states.push(state);
      for (const effect of step.effects) {
        if (effect.type === 'verify') {
          const { id } = effect;
          waiting.push([true, false].map((valid) => ({ type: 'verified' as const, id, valid })));
        } else if (effect.type === 'sign') {
          const { id, kind } = effect;
          const length = LENGTHS[kind] ?? 64;
          waiting.push([length, 0].map((size) => ({ type: 'signed' as const, id, signature: new Uint8Array(size) })));
        } else if (effect.type === 'setTimer') {
          const { id } = effect;
          waiting.push([0, 1].map(() => ({ type: 'timer' as const, id })));
        }
      }
    }
    return states;
  };
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 120 }), (happenings) => {
      const states = play(happenings);
      for (const { coordinator, cosigner } of states) {
        expect(coordinator.sessions.size).toBeLessThanOrEqual(limits.sessions);
        expect(cosigner.sessions.size).toBeLessThanOrEqual(limits.sessions + N * limits.relayed);
        for (const { answers, entries, responses } of cosigner.sessions.values())
          expect([answers.size <= limits.entries, entries.seen.size <= N, responses.seen.size <= N]).toEqual([
            true,
            true,
            true,
          ]);
        for (const { attempts } of coordinator.sessions.values())
          expect(attempts.length).toBeLessThanOrEqual(limits.attempts);
      }
      expect(play(happenings)).toEqual(states);
    }),
    { numRuns: 150 },
  );
});
