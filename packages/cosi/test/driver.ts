import { createRng } from '@ios/simulator';
import { castOf } from '../sim/roster.ts';
import {
  answerRequest,
  type Commitment,
  type CoordinatorConfig,
  decodeMessage,
  type Effect,
  type Entry,
  encodeMessage,
  entryMessage,
  type Input,
  listStatement,
  type Machine,
  type Message,
  messageDigest,
  quorum,
  type Signer,
  type Statement,
} from '../src/index.ts';
import { fakeCosi, fakeCurve, fakeSign, fakeVerify } from '../src/testing.ts';

/** Seven cosigners; under coordinator 0 with branching 2 the children of 1 are 3 and 4, those of 2 are 5 and 6. */
export const cast = castOf(7);
export const session = new Uint8Array(32).fill(1);
export const text = new Uint8Array(32).fill(2);
export const nameOf = (index: number): string => cast.names[index]!;

export const configOf = (self: number, change: Partial<CoordinatorConfig> = {}): CoordinatorConfig => ({
  self,
  roster: cast.roster,
  peers: cast.names,
  branching: 2,
  scheme: fakeCosi,
  policy: quorum(5),
  timeouts: { relay: 10, ask: 50, commit: 100, respond: 200, session: 1_000 },
  limits: { messageBytes: 64, payloadBytes: 16, sessions: 2, relayed: 2, attempts: 3, entries: 4 },
  ...change,
});

/** One machine by hand: what goes in, and what comes out. */
export class Driver<State, Command, Output> {
  readonly #machine: Machine<State, Command, Output>;
  state: State;

  constructor(machine: Machine<State, Command, Output>) {
    this.#machine = machine;
    this.state = machine.init();
  }

  give(input: Input<Command>): readonly Effect<Output>[] {
    const { state, effects } = this.#machine.step(this.state, input);
    this.state = state;
    return effects;
  }

  command(value: Command): readonly Effect<Output>[] {
    return this.give({ type: 'command', value });
  }

  hear(from: number, message: Message): readonly Effect<Output>[] {
    return this.give({ type: 'message', from: nameOf(from), bytes: encodeMessage(message) });
  }

  timer(id: string): readonly Effect<Output>[] {
    return this.give({ type: 'timer', id });
  }

  /** What follows once each `verify` among these effects is answered by what is true, and so on. */
  settle(effects: readonly Effect<Output>[], sign?: (effect: SignEffect) => Uint8Array): readonly Effect<Output>[] {
    const all: Effect<Output>[] = [];
    const queue = [...effects];
    for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
      if (effect.type === 'verify')
        queue.push(...this.give({ type: 'verified', id: effect.id, valid: holds(effect.statement) }));
      else if (effect.type === 'sign' && sign !== undefined)
        queue.push(...this.give({ type: 'signed', id: effect.id, signature: sign(effect) }));
      else all.push(effect);
    }
    return all;
  }
}

export type SignEffect = Extract<Effect<never>, { type: 'sign' }>;

const holds = ({ signatures }: Statement): boolean =>
  signatures.every(({ signature, message, publicKey }) => fakeVerify(signature, message, publicKey));

/** The messages that are sent, with whom to. */
export const sent = (effects: readonly Effect<unknown>[]): { readonly to: number; readonly message: Message }[] =>
  effects.flatMap((effect) =>
    effect.type === 'send' ? [{ to: cast.names.indexOf(effect.to), message: decodeMessage(effect.bytes)! }] : [],
  );

/** The same, told in short: `3 entries`. */
export const told = (effects: readonly Effect<unknown>[]): string[] =>
  sent(effects).map(({ to, message }) => `${to} ${message.TAG}`);

export const outputs = <Output>(effects: readonly Effect<Output>[]): Output[] =>
  effects.flatMap((effect) => (effect.type === 'output' ? [effect.value] : []));

export const kinds = (effects: readonly Effect<unknown>[]): string[] =>
  effects.flatMap((effect) => (effect.type === 'sign' ? [effect.kind] : []));

/** A host's keys for one cosigner. */
export const keysOf = (index: number): ((effect: SignEffect) => Uint8Array) & { signer: Signer } => {
  const rng = createRng(index);
  const signer = cast.signerOf(index, (length) => rng.bytes(length));
  return Object.assign(
    ({ kind, message }: SignEffect) =>
      kind === 'commit' || kind === 'respond' || kind === 'erase'
        ? answerRequest(signer, { kind, message })
        : fakeSign(message, cast.identityOf(index)),
    { signer },
  );
};

/** An entry of nonces that nobody keeps. */
export const entryOf = (index: number, serial = 0, nonce = 5n): Commitment => {
  const [D, E] = [fakeCurve.multiplyBase(nonce).toBytes(), fakeCurve.multiplyBase(nonce + 1n).toBytes()];
  const nonces = { index, D, E };
  const signature = fakeSign(entryMessage(session, serial, nonces), cast.identityOf(index));
  return { serial, entry: { ...nonces, signature } };
};

/** A list under the signature of its coordinator. */
export const listOf = (
  list: readonly Entry[],
  { attempt = 0, coordinator = 0, named = session, message = text, signer = 0 } = {},
): Message & { TAG: 'list' } => {
  const digest = messageDigest(message);
  const signature = fakeSign(listStatement(named, attempt, digest, list), cast.identityOf(signer));
  return { TAG: 'list', data: { session: named, coordinator, attempt, digest, list, signature } };
};

export const entriesFrom = (...commitments: readonly Commitment[]): Message => ({
  TAG: 'entries',
  data: { session, coordinator: 0, commitments },
});
