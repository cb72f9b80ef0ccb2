import { concatBytes } from '@noble/hashes/utils.js';
import { expect, test } from 'vitest';
import { type CollectorEffect, type CollectorInput, maskOf, type Phase, signatureListCollector } from '../src/index.ts';
import { encodeShare, type Share } from '../src/testing.ts';
import { Committee, contextOf, digest, nameOf, scope } from './values.ts';

const c = new Committee();
const endorsed = new Uint8Array([1, 2, 3]);

/** The collector of member 0 at height 1, and what it asks for. */
const member = (self = 'v0') => {
  const collector = signatureListCollector({ scope, self });
  let state = collector.init();
  const give = (input: CollectorInput): readonly CollectorEffect[] => {
    const step = collector.step(state, input);
    state = step.state;
    return step.effects;
  };
  give({ type: 'height', height: 1, context: contextOf(4) });
  const endorse = (value: number, slot: { height?: number; view?: number; phase?: Phase } = {}, leader = 0) =>
    give({
      type: 'endorse',
      slot: { height: 1, view: 0, phase: 'prepare', ...slot },
      digest: digest(value),
      endorsed,
      leader,
    });
  const hear = (share: Share, from: number) => give({ type: 'message', from: nameOf(from), bytes: encodeShare(share) });
  const settle = (effects: readonly CollectorEffect[], valid = true) =>
    effects.flatMap((effect) => (effect.type === 'verify' ? give({ type: 'verified', id: effect.id, valid }) : []));
  const signed = (effects: readonly CollectorEffect[]) =>
    effects.flatMap((effect) =>
      effect.type === 'sign' ? give({ type: 'signed', id: effect.id, signature: own.signature }) : [],
    );
  return { give, endorse, hear, settle, signed };
};
const own = c.share(0, 'prepare', 7);
const types = (effects: readonly CollectorEffect[]): string[] => effects.map(({ type }) => type);

test('an endorsement of another height or view than the open one is not signed', () => {
  const { endorse } = member();
  expect(endorse(7, { height: 2 })).toEqual([]);
  expect(endorse(7, { view: 1 })).toEqual([]);
  expect(types(endorse(7))).toEqual(['sign']);
});

test('one digest a slot is signed, once; asked again, the same signature is sent again', () => {
  const { endorse, signed } = member();
  const asked = endorse(7, {}, 1);
  expect(asked).toEqual([{ type: 'sign', id: 'share/0', kind: 'endorsement', message: endorsed }]);
  expect(endorse(7, {}, 1)).toEqual([]);
  expect(endorse(8, {}, 1)).toEqual([]);
  const sent = [{ type: 'send', to: 'v1', bytes: encodeShare(own) }];
  expect(signed(asked)).toEqual(sent);
  expect(endorse(7, {}, 1)).toEqual(sent);
  expect(endorse(8, {}, 1)).toEqual([]);
  expect(types(endorse(8, { phase: 'commit' }, 1))).toEqual(['sign']);
});

test('an endorsement for a leader that the committee does not have goes to nobody', () => {
  const { endorse, signed } = member();
  expect(signed(endorse(7, {}, 4))).toEqual([]);
});

test('a signature of a view that was left, of a height that was left, or that nobody asked for, goes nowhere', () => {
  for (const leave of [
    { type: 'close', view: 1 },
    { type: 'height', height: 2, context: contextOf(4) },
  ] satisfies CollectorInput[]) {
    const { give, endorse, signed } = member();
    const asked = endorse(7, {}, 1);
    give(leave);
    expect(signed(asked)).toEqual([]);
    const slot = leave.type === 'close' ? { view: 1 } : { height: 2 };
    expect(types(endorse(7, slot, 1))).toEqual(['sign']);
    expect(signed(asked)).toEqual([]);
    expect(give({ type: 'signed', id: 'share/9', signature: own.signature })).toEqual([]);
  }
});

test('a view that is closed again, or a lower one, keeps what is open', () => {
  const { give, endorse, signed } = member();
  give({ type: 'close', view: 2 });
  const asked = endorse(7, { view: 2 }, 1);
  give({ type: 'close', view: 2 });
  give({ type: 'close', view: 1 });
  expect(types(signed(asked))).toEqual(['send']);
});

test('the leader alone spreads what is announced', () => {
  const messages = [Uint8Array.of(1), Uint8Array.of(2)];
  const announce = (self: string) => member(self).give({ type: 'announce', leader: 0, messages });
  expect(announce('v0')).toEqual(messages.map((bytes) => ({ type: 'forward', bytes })));
  expect(announce('v1')).toEqual([]);
});

test('a quorum of valid shares for the endorsed digest makes one certificate, its members ascending', () => {
  const { endorse, signed, hear, settle } = member();
  expect(signed(endorse(7))).toEqual([]);
  expect(settle(hear(c.share(3, 'prepare', 8), 3))).toEqual([]);
  expect(settle(hear(c.share(2, 'prepare', 7), 2))).toEqual([]);
  const certificate = {
    view: 0,
    mask: maskOf([0, 1, 2], 4),
    signature: concatBytes(...[0, 1, 2].map((i) => c.share(i, 'prepare', 7).signature)),
  };
  expect(settle(hear(c.share(1, 'prepare', 7), 1))).toEqual([
    { type: 'certified', height: 1, phase: 'prepare', digest: digest(7), certificate },
  ]);
  expect(endorse(7)).toEqual([]);
});

test('a certificate has a quorum, not more, though all shares were there first', () => {
  const { endorse, signed, hear, settle } = member();
  for (const from of [3, 2, 1]) expect(settle(hear(c.share(from, 'prepare', 7), from))).toEqual([]);
  expect(signed(endorse(7))).toMatchObject([{ type: 'certified', certificate: { mask: maskOf([0, 1, 2], 4) } }]);
});

test('shares that are not verified yet, or false, make no certificate', () => {
  const { endorse, signed, hear, settle } = member();
  signed(endorse(7));
  const [one, two] = [1, 2].map((from) => hear(c.share(from, 'prepare', 7), from));
  expect(settle(one!, false)).toEqual([]);
  expect(settle(two!)).toEqual([]);
});

test('who does not lead makes no certificate', () => {
  const { endorse, signed, hear, settle } = member();
  signed(endorse(7, {}, 1));
  for (const from of [1, 2, 3]) expect(settle(hear(c.share(from, 'prepare', 7), from))).toEqual([]);
});

test('what is no share of this slot by another member is not verified', () => {
  const { give, hear } = member();
  expect(give({ type: 'message', from: 'v1', bytes: encodeShare(c.share(1, 'prepare', 7)).subarray(1) })).toEqual([]);
  expect(hear(c.share(1, 'prepare', 7), 4)).toEqual([]);
  expect(hear(own, 0)).toEqual([]);
  expect(hear(c.share(1, 'prepare', 7, 1), 1)).toEqual([]);
  expect(hear(c.at(2).share(1, 'prepare', 7), 1)).toEqual([]);
  const idle = signatureListCollector({ scope, self: 'v0' });
  const bytes = encodeShare(c.share(1, 'prepare', 7));
  expect(idle.step(idle.init(), { type: 'message', from: 'v1', bytes }).effects).toEqual([]);
});

test('a share is verified once, another signature under it only until one is known to be valid', () => {
  const { hear, settle } = member();
  const share = c.share(1, 'prepare', 7);
  const other = { ...share, signature: new Uint8Array(64) };
  const first = hear(share, 1);
  expect(types(first)).toEqual(['verify']);
  expect(hear(share, 1)).toEqual([]);
  expect(types(hear(other, 1))).toEqual(['verify']);
  settle(first);
  expect(hear(other, 1)).toEqual([]);
});

test('a member that sent a false share is not heard for the rest of the height', () => {
  const { give, hear, settle } = member();
  settle(hear(c.share(1, 'prepare', 7), 1), false);
  expect(hear(c.share(1, 'commit', 7), 1)).toEqual([]);
  give({ type: 'close', view: 1 });
  expect(hear(c.share(1, 'prepare', 7, 1), 1)).toEqual([]);
  give({ type: 'height', height: 2, context: contextOf(4) });
  expect(types(hear(c.at(2).share(1, 'prepare', 7), 1))).toEqual(['verify']);
});

test('of one member four shares are verified at a time; others do not count, and what is done does not', () => {
  const { hear, settle } = member();
  const asked = [1, 2, 3, 4].map((value) => hear(c.share(1, 'prepare', value), 1));
  expect(asked.map(types)).toEqual([['verify'], ['verify'], ['verify'], ['verify']]);
  expect(hear(c.share(1, 'prepare', 5), 1)).toEqual([]);
  expect(types(hear(c.share(2, 'prepare', 5), 2))).toEqual(['verify']);
  settle(asked[0]!);
  expect(types(hear(c.share(1, 'commit', 5), 1))).toEqual(['verify']);
});

test('two valid shares of one slot with two digests are evidence, once', () => {
  const { hear, settle } = member();
  const [first, second, third] = [7, 8, 9].map((value) => c.share(1, 'prepare', value));
  const asked = [first!, second!, third!].map((share) => hear(share, 1));
  expect(settle(asked[0]!)).toEqual([]);
  const slot = { kind: 'endorsements', member: 1, height: 1, view: 0, phase: 'prepare' };
  const of = ({ digest, signature }: Share) => ({ digest, signature });
  expect(settle(asked[1]!)).toEqual([
    { type: 'misconduct', evidence: { ...slot, first: of(first!), second: of(second!) } },
  ]);
  expect(settle(asked[2]!)).toEqual([]);
  expect(hear(c.share(1, 'prepare', 10), 1)).toEqual([]);
});

test('one digest under two valid signatures is no evidence', () => {
  const { hear, settle } = member();
  const share = c.share(1, 'prepare', 7);
  const asked = [share, { ...share, signature: new Uint8Array(64) }].map((each) => hear(each, 1));
  expect(asked.flatMap((effects) => settle(effects))).toEqual([]);
});

test('a first share under verification is not forgotten for a second', () => {
  const { hear } = member();
  const share = c.share(1, 'prepare', 7);
  hear(share, 1);
  hear(c.share(1, 'prepare', 8), 1);
  expect(hear(share, 1)).toEqual([]);
});

test('a share verified when its view is left, and an answer that nobody waits for, count for nothing', () => {
  const { give, endorse, signed, hear, settle } = member();
  const late = [1, 2].map((from) => hear(c.share(from, 'prepare', 7), from));
  give({ type: 'close', view: 1 });
  for (const effects of late) expect(settle(effects)).toEqual([]);
  expect(signed(endorse(7, { view: 1 }))).toEqual([]);
  expect(give({ type: 'verified', id: 'share/99', valid: false })).toEqual([]);
});

test('what a view had gathered is gone with it', () => {
  const { give, endorse, signed, hear, settle } = member();
  for (const from of [1, 2]) settle(hear(c.share(from, 'prepare', 7), from));
  give({ type: 'close', view: 1 });
  expect(signed(endorse(7, { view: 1 }))).toEqual([]);
});
