import { createRng, type Rng } from '@ios/simulator';
import { expect, test } from 'vitest';
import { rngOf } from '../sim/cast.ts';
import {
  answerRequest,
  checkStatement,
  createDrp,
  type DrpCommand,
  type DrpOutput,
  type DrpState,
  type Effect,
  encodeMessage,
  type Input,
  layoutOf,
  selectionDigest,
} from '../src/index.ts';
import { entriesOf } from '../src/machine/per-server.ts';
import { Driver, sessionOf } from './driver.ts';

const session = sessionOf({ client: 1 });

/** The messages of a whole run, to be mixed up. */
const sample = (): { driver: Driver; bytes: Uint8Array[]; selection: Uint8Array } => {
  const driver = new Driver(4);
  driver.all({ type: 'open', session });
  const { selection } = driver.told(1, 'selection')[0]!;
  driver.all({ type: 'check', selection });
  driver.all({ type: 'signedOff', selection, proof: driver.cast.signOff.prove(selectionDigest(selection)) });
  const bytes = driver.sent.map((one) => one.bytes);
  const data = { session: layoutOf(driver.config, session).id };
  return { driver, bytes: [...bytes, encodeMessage({ TAG: 'ask', data })], selection };
};

const { driver, bytes, selection } = sample();

type Asked = Extract<Effect<DrpOutput>, { type: 'verify' | 'sign' }>;

/** The host answers what it was asked, rightly, or not at all to what takes a secret. */
const answerTo = (rng: Rng, self: number, effect: Asked): Input<DrpCommand> => {
  const { id } = effect;
  if (effect.type === 'verify')
    return { type: 'verified', id, valid: checkStatement(driver.cast, effect.statement, rng.bytes(32)) };
  const { scheme, signOff, players } = driver.cast;
  const secrets = { scheme, signOff, ...players[self]!, rng: rngOf(Uint8Array.of(self)) };
  return { type: 'signed', id, signature: rng.chance(0.9) ? answerRequest(secrets, effect) : new Uint8Array(0) };
};

/** Any input at all, good or bad; answers are to what was asked, or to nothing. */
const drawInput = (rng: Rng, self: number, asked: ReadonlyMap<string, Asked>): Input<DrpCommand> => {
  const spoil = (one: Uint8Array): Uint8Array => {
    if (rng.chance(0.6)) return one;
    return rng.chance(0.5)
      ? one.slice(0, rng.below(one.length + 1))
      : one.map((byte) => (rng.chance(0.02) ? byte ^ 1 : byte));
  };
  const { id: run } = layoutOf(driver.config, session);
  const key = [...run].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const proof = rng.chance(0.8) ? driver.cast.signOff.prove(selectionDigest(selection)) : rng.bytes(3);
  const commands: DrpCommand[] = [
    { type: 'open', session: rng.chance(0.7) ? session : sessionOf({ client: rng.below(6), view: rng.below(3) }) },
    { type: 'check', selection: spoil(selection) },
    { type: 'signedOff', selection: spoil(selection), proof },
    { type: 'close', id: run },
  ];
  const kind = rng.below(11);
  if (kind < 5)
    return {
      type: 'message',
      from: rng.chance(0.95) ? rng.pick(driver.cast.names) : 'nobody',
      bytes: spoil(rng.pick(bytes)),
    };
  if (kind === 5)
    return { type: 'timer', id: rng.chance(0.9) ? `${rng.pick(['ask', 'deal', 'fetch', 'decrypt'])}/${key}` : 'x' };
  if (kind === 6) return { type: 'verified', id: `dealings/${rng.below(9)}x`, valid: true };
  if (kind > 6 && kind < 9 && asked.size > 0) return answerTo(rng, self, rng.pick([...asked.values()]));
  return { type: 'command', value: rng.chance(0.1) ? commands[3]! : rng.pick(commands.slice(0, 3)) };
};

/** All that a state is made of, as text. */
const picture = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => {
    if (part instanceof Map) return [...part];
    if (part instanceof Set) return [...part];
    return part instanceof Uint8Array ? part.join() : part;
  });

test('no input makes a step throw, changes the state before it, or goes another way the second time', () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 30; seed++) {
    const rng = createRng(seed);
    const machine = createDrp({ ...driver.config, self: seed % 4 });
    let state: DrpState = machine.init(seed % 3 === 0 ? driver.disks[seed % 4]! : new Map());
    const asked = new Map<string, Asked>();
    for (let step = 0; step < 80; step++) {
      const input = drawInput(rng, seed % 4, asked);
      const before = picture(state);
      const first = machine.step(state, input);
      expect(picture(state)).toBe(before);
      expect(picture(machine.step(state, input))).toBe(picture(first));
      state = first.state;
      if ('id' in input) asked.delete(input.id);
      for (const effect of first.effects) {
        if (effect.type === 'verify' || effect.type === 'sign') asked.set(effect.id, effect);
        if (effect.type === 'output') kinds.add(effect.value.type);
      }
    }
  }
  expect([...kinds].sort()).toEqual(
    expect.arrayContaining(['checked', 'fault', 'recovered', 'refused', 'selection', 'waiting']),
  );
});

test('what a machine holds stays bounded whatever peers send', () => {
  const machine = createDrp({ ...driver.config, self: 1 });
  let { state } = machine.step(machine.init(new Map()), { type: 'command', value: { type: 'open', session } });
  const rng = createRng(1);
  for (let i = 0; i < 500; i++) {
    const one = rng.pick(bytes).slice();
    if (one.length > 60) one[one.length - 1 - rng.below(60)]! ^= 1 + rng.below(255);
    state = machine.step(state, { type: 'message', from: rng.pick(driver.cast.names), bytes: one }).state;
  }
  const [run] = [...state.runs.values()];
  expect(entriesOf(run!.dealings).flatMap(([, held]) => held).length).toBeLessThanOrEqual(4);
  expect(entriesOf(run!.early).length).toBeLessThanOrEqual(4);
  expect(run!.chosen.size).toBe(0);
  expect(state.waiting.size).toBeLessThan(4 * 4 + 8);
});
