import type { CollectorEffect, CollectorInput, Committee, HeightContext, Phase, Scope } from '@ios/bft';
import { answerRequest, createSigner, decodeMessage, type Roster, type Signer } from '@ios/cosi';
import { fakeCosi, fakeCurve, fakeSign, fakeVerify } from '@ios/cosi/testing';
import { numberToBytesLE } from '@noble/curves/utils.js';
import { expect, test } from 'vitest';
import { type CosiCollectorState, cosiCollector, sessionOf } from '../src/shard/cosi-collector.ts';

const scope: Scope = { chain: new Uint8Array(32).fill(7), instance: 'shard/0' };
const bytesOf = (value: number): Uint8Array => new Uint8Array(32).fill(value);
const name = (member: number): string => `v${member}`;

interface Sent {
  readonly from: number;
  readonly to: number;
  readonly bytes: Uint8Array;
}

/** A committee of collectors, whose every message goes through the test's hands. */
const committeeOf = (n: number, branching = 8) => {
  const committee: Committee = Array.from({ length: n }, (_, i) => ({ peer: name(i), key: bytesOf(i + 1) }));
  const context: HeightContext = { epoch: 3, stepEntry: bytesOf(0), committee };
  const secrets = committee.map((_, i) => BigInt(1000 + i));
  const roster: Roster = fakeCosi.roster(
    committee.map(({ key }, i) => ({ key: fakeCurve.multiplyBase(secrets[i]!).toBytes(), identity: key })),
  );
  const signers: Signer[] = secrets.map((secret, index) =>
    createSigner({
      secret: numberToBytesLE(secret, 32),
      roster,
      index,
      sign: (message) => fakeSign(message, bytesOf(index + 1)),
      curve: fakeCurve,
    }),
  );
  const collectors = committee.map(({ peer }) =>
    cosiCollector({
      scope,
      self: peer,
      scheme: fakeCosi,
      rosterOf: () => roster,
      branching,
      timeouts: { relay: 10, ask: 50, commit: 50, respond: 50, session: 1_000 },
    }),
  );
  const states: CosiCollectorState[] = collectors.map((collector) => collector.init());
  const certified: (CollectorEffect & { type: 'certified' })[] = [];
  const forwarded: { from: number; to: string | undefined }[] = [];
  const timers: string[] = [];
  /** Messages that nobody has delivered yet. */
  const wire: Sent[] = [];

  const give = (member: number, input: CollectorInput): void => {
    const { state, effects } = collectors[member]!.step(states[member]!, input);
    states[member] = state;
    for (const effect of effects) perform(member, effect);
  };

  const perform = (member: number, effect: CollectorEffect): void => {
    if (effect.type === 'send') wire.push({ from: member, to: Number(effect.to.slice(1)), bytes: effect.bytes });
    if (effect.type === 'certified') certified.push(effect);
    if (effect.type === 'setTimer') timers.push(`${member} ${effect.id}`);
    if (effect.type === 'forward') forwarded.push({ from: member, to: effect.to });
    if (effect.type === 'verify') {
      const { signatures } = effect.statement;
      const valid = signatures.every((claim) => fakeVerify(claim.signature, claim.message, claim.publicKey));
      give(member, { type: 'verified', id: effect.id, valid });
    }
    if (effect.type === 'sign') {
      const use = effect.kind.replace('share/', '') as 'commit';
      const signature = ['commit', 'respond', 'erase'].includes(use)
        ? answerRequest(signers[member]!, { kind: use, message: effect.message })
        : fakeSign(effect.message, bytesOf(member + 1));
      give(member, { type: 'signed', id: effect.id, signature });
    }
  };

  /** Delivers what is on the wire and what follows, but for what is held back. */
  const deliver = (holds: (sent: Sent) => boolean = () => false): void => {
    const held: Sent[] = [];
    for (let next = wire.shift(); next !== undefined; next = wire.shift())
      if (holds(next)) held.push(next);
      else give(next.to, { type: 'message', from: name(next.from), bytes: next.bytes });
    wire.push(...held);
  };

  /** Lets a timer of a member run out. */
  const time = (timer: string, member: number): void => {
    const id = timers.findLast((known) => known.startsWith(`${member} coordinator/${timer}/`));
    give(member, { type: 'timer', id: id!.slice(2) });
    deliver();
  };

  /** The leader first, as in a view: it has the proposal, and each certificate, before the others. */
  const everyone = (input: CollectorInput): void => {
    const first = input.type === 'endorse' ? input.leader : 0;
    for (let member = 0; member < n; member++) give((first + member) % n, input);
  };

  const endorse = (view: number, phase: Phase, digest: Uint8Array, leader: number): CollectorInput => ({
    type: 'endorse',
    slot: { height: 1, view, phase },
    digest,
    endorsed: new Uint8Array([...digest.subarray(0, 30), view, phase === 'commit' ? 1 : 0]),
    leader,
  });

  everyone({ type: 'height', height: 1, context });
  return {
    give,
    deliver,
    time,
    everyone,
    endorse,
    certified,
    forwarded,
    timers,
    wire,
    states,
    context,
    roster,
    committee,
  };
};

const holds = (
  { roster }: ReturnType<typeof committeeOf>,
  { certificate: { mask, signature } }: CollectorEffect & { type: 'certified' },
  { endorsed }: CollectorInput & { type: 'endorse' },
): boolean => fakeCosi.verify(roster, mask, endorsed, signature);

const isList = ({ bytes }: Sent): boolean => decodeMessage(bytes)?.TAG === 'list';

test.each([4, 7, 10])('what a quorum of %d endorses becomes a collective signature', (n) => {
  const c = committeeOf(n, 2);
  const vote = c.endorse(0, 'prepare', bytesOf(9), 1) as CollectorInput & { type: 'endorse' };
  c.everyone(vote);
  c.deliver();
  expect(c.certified).toMatchObject([{ height: 1, phase: 'prepare', digest: bytesOf(9), certificate: { view: 0 } }]);
  expect(c.certified[0]!.certificate.signature).toHaveLength(64);
  expect(holds(c, c.certified[0]!, vote)).toBe(true);
});

test('nobody signs what it did not endorse, and an observer signs nothing', () => {
  const c = committeeOf(4);
  c.give(1, c.endorse(0, 'prepare', bytesOf(9), 1));
  c.give(0, c.endorse(0, 'prepare', bytesOf(9), 1));
  c.deliver();
  c.give(2, c.endorse(0, 'prepare', bytesOf(8), 1));
  c.deliver();
  c.time('commit', 1);
  c.time('ask', 1);
  expect(c.certified).toEqual([]);

  const outsider = cosiCollector({
    scope,
    self: 'stranger',
    scheme: fakeCosi,
    rosterOf: () => c.roster,
    branching: 2,
    timeouts: { relay: 1, ask: 1, commit: 1, respond: 1, session: 1 },
  });
  const inputs: readonly CollectorInput[] = [
    c.endorse(0, 'prepare', bytesOf(9), 1),
    { type: 'announce', leader: 3, messages: [bytesOf(1)] },
    { type: 'message', from: name(1), bytes: bytesOf(1) },
  ];
  const begun = outsider.step(outsider.init(), { type: 'height', height: 1, context: c.context });
  // Neither does anybody before a height begins.
  for (const state of [outsider.init(), begun.state])
    for (const input of inputs) expect(outsider.step(state, input).effects).toEqual([]);
});

/**
 * The leader of view 0 has the entries of all for digest 9 and keeps the list back until the others have moved to view 1,
 * where they sign digest 8. Were they to answer the late list, both would be certified.
 */
const lateList = (closes: boolean) => {
  const c = committeeOf(4);
  c.everyone(c.endorse(0, 'commit', bytesOf(9), 1));
  c.deliver(isList);
  const late = c.wire.splice(0).filter(isList);
  expect(late).toHaveLength(3);
  const others = [2, 3, 0];
  if (closes) for (const member of others) c.give(member, { type: 'close', view: 1 });
  c.wire.push(...late);
  c.deliver();
  const shares = c.certified.length;
  if (closes) for (const member of others) c.give(member, c.endorse(1, 'commit', bytesOf(8), 2));
  c.deliver();
  if (closes) c.time('commit', 2);
  return { shares, digests: c.certified.map(({ digest }) => digest[0]) };
};

test('a share does not outlive its view: a list that comes after the move is answered by nobody', () => {
  expect(lateList(true)).toEqual({ shares: 0, digests: [8] });
});

test('without the close the same schedule certifies the digest of the left view', () => {
  expect(lateList(false)).toEqual({ shares: 1, digests: [9] });
});

test('a closed view stays closed: what is endorsed in it later opens nothing', () => {
  const c = committeeOf(4);
  c.everyone({ type: 'close', view: 2 });
  c.everyone(c.endorse(1, 'prepare', bytesOf(9), 1));
  c.deliver();
  expect(c.certified).toEqual([]);
  c.everyone(c.endorse(2, 'prepare', bytesOf(9), 3));
  c.deliver();
  expect(c.certified).toHaveLength(1);
});

test('each phase and each view is a session of its own', () => {
  const c = committeeOf(4);
  const sessions = (['prepare', 'commit'] as const).flatMap((phase) =>
    [0, 1].map((view) => sessionOf(scope, c.context, { height: 1, view, phase }).join()),
  );
  const elsewhere = [
    sessionOf({ ...scope, instance: 'shard/1' }, c.context, { height: 1, view: 0, phase: 'commit' }),
    sessionOf({ ...scope, chain: bytesOf(1) }, c.context, { height: 1, view: 0, phase: 'commit' }),
    sessionOf(scope, { ...c.context, epoch: 4 }, { height: 1, view: 0, phase: 'commit' }),
    sessionOf(scope, { ...c.context, stepEntry: bytesOf(1) }, { height: 1, view: 0, phase: 'commit' }),
    sessionOf(scope, c.context, { height: 2, view: 0, phase: 'commit' }),
  ].map((session) => session.join());
  expect(new Set([...sessions, ...elsewhere]).size).toBe(9);
});

test('a proposal takes the tree of its leader', () => {
  const c = committeeOf(7, 2);
  const announced: CollectorInput = { type: 'announce', leader: 3, messages: [Uint8Array.of(1), Uint8Array.of(2)] };
  c.everyone(announced);
  const paths = c.forwarded.map(({ from, to }) => `${from} ${to}`);
  expect(new Set(paths).size).toBe(6);
  expect(paths).toHaveLength(12);
  expect(paths.filter((path) => path.startsWith('3 '))).toEqual(['3 v4', '3 v4', '3 v5', '3 v5']);
});

test('what is certified is not begun again; what the leader gave up is, when it is endorsed again', () => {
  const c = committeeOf(4);
  const vote = c.endorse(0, 'prepare', bytesOf(9), 1);
  c.give(1, vote);
  c.deliver();
  c.time('session', 1);
  c.everyone(vote);
  c.deliver();
  // What its own cosigner committed to before is not said again unasked.
  c.time('ask', 1);
  expect(c.certified).toHaveLength(1);
  c.timers.length = 0;
  for (let again = 0; again < 2; again++) c.everyone(vote);
  c.deliver();
  expect(c.certified).toHaveLength(1);
  expect(c.timers).toEqual([]);
});

test('the leader alone gathers', () => {
  const c = committeeOf(4);
  c.everyone(c.endorse(0, 'prepare', bytesOf(9), 1));
  c.deliver();
  const gather = new Set(c.timers.filter((timer) => timer.includes(' coordinator/')).map((timer) => timer[0]));
  expect(gather).toEqual(new Set(['1']));
});

test('the first digest of a slot stands', () => {
  const c = committeeOf(4);
  c.everyone(c.endorse(0, 'prepare', bytesOf(9), 1));
  c.give(1, c.endorse(0, 'prepare', bytesOf(8), 1));
  c.deliver();
  expect(c.certified.map(({ digest }) => digest[0])).toEqual([9]);
});

test('both phases of a view are gathered at a time', () => {
  const c = committeeOf(4);
  c.give(1, c.endorse(0, 'prepare', bytesOf(9), 1));
  // The certificate came from elsewhere.
  c.everyone(c.endorse(0, 'commit', bytesOf(9), 1));
  c.everyone(c.endorse(0, 'prepare', bytesOf(9), 1));
  c.deliver();
  expect(c.certified.map(({ phase }) => phase).sort()).toEqual(['commit', 'prepare']);
});

test('a view that is closed again, or a lower one, keeps what is open; a higher view waits until it is opened', () => {
  const c = committeeOf(4);
  c.everyone({ type: 'close', view: 2 });
  c.everyone({ type: 'close', view: 1 });
  c.everyone(c.endorse(3, 'prepare', bytesOf(8), 3));
  expect(c.states[0]!.opened.size).toBe(0);
  c.everyone(c.endorse(2, 'prepare', bytesOf(9), 3));
  c.everyone({ type: 'close', view: 2 });
  c.everyone({ type: 'close', view: 1 });
  c.deliver();
  expect(c.certified.map(({ digest }) => digest[0])).toEqual([9]);
  c.everyone({ type: 'close', view: 3 });
  expect(c.states.map(({ opened }) => opened.size)).toEqual([0, 0, 0, 0]);
});

test('a share does not outlive its height, and the next begins in view 0', () => {
  const c = committeeOf(4);
  c.everyone({ type: 'close', view: 1 });
  c.everyone(c.endorse(1, 'commit', bytesOf(9), 1));
  c.deliver(isList);
  for (const member of [2, 3, 0]) c.give(member, { type: 'height', height: 2, context: c.context });
  c.deliver();
  expect(c.certified).toEqual([]);
  c.give(1, { type: 'height', height: 2, context: c.context });
  c.everyone({
    ...c.endorse(0, 'commit', bytesOf(8), 1),
    slot: { height: 2, view: 0, phase: 'commit' },
  } as CollectorInput);
  c.deliver();
  expect(c.certified).toMatchObject([{ height: 2, digest: bytesOf(8) }]);
});

test('who was silent is not waited for at the next height, unless the committee is another', () => {
  const c = committeeOf(4);
  const without = (height: number): void => {
    const vote = { ...c.endorse(0, 'commit', bytesOf(height), 1), slot: { height, view: 0, phase: 'commit' } };
    for (const member of [1, 2, 3]) c.give(member, vote as CollectorInput);
    c.deliver();
  };
  without(1);
  expect(c.certified).toEqual([]);
  c.time('commit', 1);
  expect(c.certified).toHaveLength(1);
  c.everyone({ type: 'height', height: 2, context: c.context });
  without(2);
  expect(c.certified).toHaveLength(2);
  c.everyone({ type: 'height', height: 3, context: { ...c.context, committee: [...c.committee] } });
  without(3);
  expect(c.certified).toHaveLength(2);
  c.time('commit', 1);
  expect(c.certified).toHaveLength(3);
});
