/**
 * What the coordinator's machine costs beside mathematics and signatures: one session of n cosigners that are all there, from
 * the command to the result. The group has no secrets and the host says yes at once, so that what is left is messages,
 * bookkeeping and the copies that each step makes of its state.
 */
import { numberToBytesLE } from '@noble/curves/utils.js';
import { castOf } from '../sim/roster.ts';
import { scalarsOf } from '../src/challenge.ts';
import {
  branchOf,
  type CoordinatorCommand,
  type CoordinatorOutput,
  createCoordinator,
  type Effect,
  encodeMessage,
  entryMessage,
  type Input,
  quorum,
} from '../src/index.ts';
import { fakeCosi, fakeCurve, fakeSign } from '../src/testing.ts';

const session = new Uint8Array(32).fill(1);
const message = new Uint8Array(32).fill(2);

/**
 * A run of one session.
 * @param n - cosigners, of which the first is the coordinator
 * @param branching - children of a node at most; n or more for a star
 */
export const sessionOf = (n: number, branching: number): (() => void) => {
  const cast = castOf(n);
  const timeouts = { relay: 60_000, ask: 60_000, commit: 60_000, respond: 60_000, session: 600_000 };
  const limits = { messageBytes: 64, payloadBytes: 64, sessions: 4, relayed: 4, attempts: 1, entries: 1 };
  const { roster, names: peers } = cast;
  const machine = createCoordinator({
    self: 0,
    roster,
    peers,
    branching,
    scheme: fakeCosi,
    policy: quorum(n),
    timeouts,
    limits,
  });
  const nonces = peers.map((_, index): [bigint, bigint] => [BigInt(index) * 3n + 1n, BigInt(index) * 5n + 2n]);
  const list = nonces.map(([d, e], index) => {
    const nonce = { index, D: fakeCurve.multiplyBase(d).toBytes(), E: fakeCurve.multiplyBase(e).toBytes() };
    return { ...nonce, signature: fakeSign(entryMessage(session, 0, nonce), cast.identityOf(index)) };
  });
  const { b, c } = scalarsOf(fakeCurve, roster, fakeCosi.challenge(roster, message, list)!);
  const responses = nonces.map(([d, e], index) => ({
    index,
    s: numberToBytesLE((d + b * e + c * cast.secretOf(index)) % fakeCurve.order, 32),
    endorsement: fakeSign(message, cast.identityOf(index)),
  }));
  // Whose message brings whose items: everybody's own in a star, those of a child's branch in a tree.
  const bundles = new Map<number, number[]>();
  for (let index = 0; index < n; index++) {
    const from = index === 0 ? 0 : branchOf({ n, root: 0, branching }, 0, index)!;
    bundles.set(from, [...(bundles.get(from) ?? []), index]);
  }

  return () => {
    let state = machine.init();
    let statement: Uint8Array = message;
    let signed = false;
    const give = (first: Input<CoordinatorCommand>): void => {
      const inputs = [first];
      for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
        const step = machine.step(state, input);
        state = step.state;
        for (const effect of step.effects) {
          const answer = answerTo(effect);
          if (answer !== undefined) inputs.push(answer);
          if (effect.type === 'sign') statement = effect.message;
          signed ||= effect.type === 'output' && effect.value.type === 'signed';
        }
      }
    };
    const hear = (from: number, bytes: Uint8Array): void => give({ type: 'message', from: peers[from]!, bytes });
    give({ type: 'command', value: { type: 'begin', session, message } });
    const head = { session, coordinator: 0 };
    for (const [from, indices] of bundles) {
      const commitments = indices.map((index) => ({ serial: 0, entry: list[index]! }));
      hear(from, encodeMessage({ TAG: 'entries', data: { ...head, commitments } }));
    }
    for (const [from, indices] of bundles) {
      const own = indices.map((index) => responses[index]!);
      hear(from, encodeMessage({ TAG: 'responses', data: { ...head, attempt: 0, statement, responses: own } }));
    }
    if (!signed) throw new Error('the session has no signature');
  };
};

const answerTo = (effect: Effect<CoordinatorOutput>): Input<CoordinatorCommand> | undefined => {
  if (effect.type === 'verify') return { type: 'verified', id: effect.id, valid: true };
  if (effect.type === 'sign') return { type: 'signed', id: effect.id, signature: new Uint8Array(64) };
  return undefined;
};
