import { simulate, violatedProperty } from '@ios/simulator';
import { expect, test } from 'vitest';
import { bftSimulation } from '../sim/network.ts';
import { teeth } from '../sim/teeth.ts';
import type { Effect } from '../src/index.ts';
import { endorsedBytes } from '../src/index.ts';
import { decodeMessage, type Message, type Rules, soundRules } from '../src/testing.ts';
import { Driver, outputs } from './driver.ts';
import { bytesOf, nameOf, scope } from './values.ts';

const SEEDS = [...Array(200).keys()];

for (const { name, broken, caught, network } of teeth) {
  test(`without its rule the invariant bites: ${name}`, () => {
    const bites = (seed: number): boolean =>
      violatedProperty(simulate(bftSimulation({ ...network(seed), ...broken }))) === caught;
    const bitten = SEEDS.find(bites);
    expect(bitten).toBeDefined();
    for (const seed of SEEDS.slice(0, bitten! + 1))
      expect(simulate(bftSimulation(network(seed)))).toMatchObject({ ok: true });
  });
}

/** The messages of one height that members 1 to 3 and 0 exchange until all have decided, in the order in which they were sent. */
const decideOnce = (rules: Rules): Uint8Array[] => {
  const members = [0, 1, 2, 3].map((self) => new Driver({ self, rules }));
  const told: Uint8Array[] = [];
  const queue: { readonly to: string; readonly from: string; readonly bytes: Uint8Array }[] = [];
  const collect = (from: number, effects: readonly Effect[]): void => {
    for (const effect of effects) {
      if (effect.type !== 'send' && effect.type !== 'broadcast') continue;
      told.push(effect.bytes);
      for (const to of effect.type === 'send' ? [effect.to] : [0, 1, 2, 3].filter((i) => i !== from).map(nameOf))
        queue.push({ to, from: nameOf(from), bytes: effect.bytes });
    }
  };
  for (const member of members) collect(member.self, member.begin());
  collect(1, members[1]!.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(7) }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const i = Number(next.to.slice(1));
    const effects = members[i]!.give({ type: 'message', from: next.from, bytes: next.bytes });
    collect(i, effects);
    for (const { height, view, digest } of outputs(effects, 'check'))
      collect(i, members[i]!.command({ type: 'checked', height, view, digest, valid: true }));
  }
  return told;
};

test('without its rule a certificate counts elsewhere: vote not keyed by instance', () => {
  const unkeyed: Rules = {
    ...soundRules,
    endorsedBytes: (within, context, slot, digest) => endorsedBytes({ ...within, instance: '' }, context, slot, digest),
  };
  const decides = (rules: Rules): number => {
    const beacon = new Driver({ rules, scope: { ...scope, instance: 'beacon' } });
    beacon.begin();
    const told = decideOnce(rules);
    const replay = (tag: Message['TAG']) =>
      told
        .filter((bytes) => decodeMessage(bytes.subarray(1))?.TAG === tag)
        .flatMap((bytes) => beacon.give({ type: 'message', from: 'v2', bytes }));
    expect(replay('certified').some(({ type }) => type === 'verify')).toBe(true);
    return outputs(replay('value'), 'decide').length;
  };
  expect(decides(unkeyed)).toBe(1);
  expect(decides(soundRules)).toBe(0);
});
