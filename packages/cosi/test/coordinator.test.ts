import { utf8ToBytes } from '@noble/hashes/utils.js';
import { describe, expect, test } from 'vitest';
import {
  type Commitment,
  type CoordinatorCommand,
  type CoordinatorConfig,
  type CoordinatorOutput,
  createCoordinator,
  decodeRespondRequest,
  type Effect,
  type Entry,
  encodeRespondRequest,
  entryMessage,
  listStatement,
  type Message,
  messageDigest,
  type Response,
  refusalStatement,
} from '../src/index.ts';
import { FAKE_TORSION, fakeCosi, fakeCurve, fakeSign } from '../src/testing.ts';
import {
  cast,
  configOf,
  Driver,
  entriesFrom,
  entryOf,
  keysOf,
  kinds,
  outputs,
  sent,
  session,
  text,
  told,
} from './driver.ts';

const name = '01'.repeat(32);
const begin: CoordinatorCommand = { type: 'begin', session, message: text };
const flip = (bytes: Uint8Array): Uint8Array => bytes.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
const coordinatorKeys = keysOf(0);

/** A coordinator of seven under which everybody has keys. */
class Group extends Driver<
  ReturnType<ReturnType<typeof createCoordinator>['init']>,
  CoordinatorCommand,
  CoordinatorOutput
> {
  readonly signers = cast.names.map((_, i) => keysOf(i).signer);
  list: readonly Entry[] = [];
  attempt = 0;

  constructor(change: Partial<CoordinatorConfig> = {}) {
    super(createCoordinator(configOf(0, change)));
  }

  run(effects: readonly Effect<CoordinatorOutput>[]): readonly Effect<CoordinatorOutput>[] {
    const settled = this.settle(effects, coordinatorKeys);
    for (const { message } of sent(settled))
      if (message.TAG === 'list') ({ list: this.list, attempt: this.attempt } = message.data);
    return settled;
  }

  entry(index: number, serial = 0): Commitment {
    return { serial, entry: this.signers[index]!.commit(session, serial) };
  }

  /** Everybody's entry comes from itself. */
  gather(indices: readonly number[], serial = 0): readonly Effect<CoordinatorOutput>[] {
    return indices.flatMap((index) => this.run(this.hear(index, entriesFrom(this.entry(index, serial)))));
  }

  response(index: number, serial = 0): Response {
    const request = { session, attempt: serial, message: text, list: this.list };
    const s = this.signers[index]!.respond(decodeRespondRequest(encodeRespondRequest(request)));
    return { index, s, endorsement: fakeSign(text, cast.identityOf(index)) };
  }

  answer(
    from: number,
    responses: readonly Response[],
    attempt = this.attempt,
    list = this.state.sessions.get(name)?.attempts[attempt]?.list ?? this.list,
  ): readonly Effect<CoordinatorOutput>[] {
    const statement = listStatement(session, attempt, messageDigest(text), list);
    return this.run(
      this.hear(from, { TAG: 'responses', data: { session, coordinator: 0, attempt, statement, responses } }),
    );
  }

  respond(indices: readonly number[], serial = 0): readonly Effect<CoordinatorOutput>[] {
    return indices.flatMap((index) => this.answer(index, [this.response(index, serial)]));
  }
}

const all = [0, 1, 2, 3, 4, 5, 6];
const begun = (change: Partial<CoordinatorConfig> = {}): Group => {
  const group = new Group(change);
  group.run(group.command(begin));
  return group;
};
const faults = (effects: readonly Effect<CoordinatorOutput>[]) =>
  outputs(effects).flatMap((value) => (value.type === 'fault' ? [`${value.index} ${value.kind}`] : []));
const results = (effects: readonly Effect<CoordinatorOutput>[]) =>
  outputs(effects).flatMap((value) => (value.type === 'signed' ? [value] : []));
const endings = (effects: readonly Effect<CoordinatorOutput>[]) =>
  outputs(effects).flatMap((value) => (value.type === 'failed' ? [value.reason] : []));
const refusal = (index: number, reason = utf8ToBytes('no'), signer = index): Message => {
  const signature = fakeSign(refusalStatement(session, reason), cast.identityOf(signer));
  return { TAG: 'refusal', data: { session, coordinator: 0, reason, signature } };
};

describe('begin', () => {
  test('without a payload waits for entries', () => {
    const effects = new Group().command(begin);
    expect(effects.map((effect) => ('id' in effect ? effect.id : effect.type))).toEqual([
      `ask/${name}`,
      `commit/${name}`,
      `session/${name}`,
    ]);
  });

  test('with a payload announces to its children and to itself, signed', () => {
    const group = new Group();
    const effects = group.run(group.command({ ...begin, payload: new Uint8Array(16) }));
    expect(told(effects)).toEqual(['0 announcement', '1 announcement', '2 announcement']);
  });

  test.each<[string, Partial<CoordinatorCommand & { type: 'begin' }>]>([
    ['a session of another length', { session: new Uint8Array(33) }],
    ['a message over the limit', { message: new Uint8Array(65) }],
    ['a payload over the limit', { payload: new Uint8Array(17) }],
  ])('fails for %s', (_, change) => {
    expect(endings(new Group().command({ ...begin, ...change }))).toEqual(['limits']);
  });

  test('fails for one session more than the limit, and does nothing for one that goes on', () => {
    const group = begun();
    expect(group.command(begin)).toEqual([]);
    group.command({ ...begin, session: new Uint8Array(32).fill(7) });
    expect(endings(group.command({ ...begin, session: new Uint8Array(32).fill(8) }))).toEqual(['limits']);
  });
});

describe('entries', () => {
  test('of all begin the first attempt, down the tree', () => {
    const group = begun();
    expect(told(group.gather(all.slice(0, 6)))).toEqual([]);
    expect(told(group.gather([6]))).toEqual(['0 list', '1 list', '2 list']);
  });

  test('of a policy begin it once the time is up, past relays that are not there', () => {
    const group = begun();
    group.gather([0, 2, 3, 4, 5]);
    expect(told(group.run(group.timer(`commit/${name}`)))).toEqual(['0 list', '2 list', '3 list', '4 list']);
  });

  test('too few begin nothing; the silent are asked again and again', () => {
    const group = begun();
    group.gather([0, 2, 3, 4]);
    expect(told(group.run(group.timer(`commit/${name}`)))).toEqual([]);
    const effects = group.timer(`ask/${name}`);
    expect(told(effects)).toEqual(['1 ask', '5 ask', '6 ask']);
    expect(effects.at(-1)).toMatchObject({ type: 'setTimer', id: `ask/${name}` });
    expect(told(group.gather([5]))).toContain('2 list');
  });

  test('whose author sent them wrong are its fault', () => {
    const group = begun();
    const { serial, entry } = group.entry(3);
    const effects = group.run(group.hear(3, entriesFrom({ serial, entry: { ...entry, D: flip(entry.D) } })));
    expect(faults(effects)).toEqual(['3 entry']);
    expect(told(group.gather([3]))).toEqual([]);
  });

  test('whose relay altered them are asked of their author, which nobody blames', () => {
    const group = begun();
    const [own, three, four] = [1, 3, 4].map((index) => group.entry(index));
    const altered = { serial: 0, entry: { ...three!.entry, E: flip(three!.entry.E) } };
    const checks = group.hear(1, entriesFrom(own!, altered, four!));
    expect(checks).toMatchObject([{ type: 'verify', peer: 'c1', statement: { signatures: { length: 3 } } }]);
    expect(sent(group.run(checks))).toMatchObject([{ to: 3, message: { TAG: 'ask', data: { serial: 0 } } }]);
    // The same from the relay again is not looked at.
    expect(group.hear(1, entriesFrom(altered))).toEqual([]);
    expect(outputs(group.gather([3]))).toEqual([]);
    expect(group.state.scores[1]).toBe(-3);
    expect(group.state.scores[3]).toBe(0);
  });

  test('that a relay did not bring lower its score once their author sends them', () => {
    const group = begun();
    group.gather([1]);
    group.timer(`ask/${name}`);
    group.gather([3]);
    expect(group.state.scores.slice(0, 4)).toEqual([0, -2, 0, 0]);
  });

  test.each<[string, number, Message]>([
    ['a peer of another branch', 2, entriesFrom(entryOf(3))],
    ['a relay that is not our child', 3, entriesFrom(entryOf(1))],
    ['a relay with a later number', 1, entriesFrom(entryOf(3, 1))],
    ['another session', 1, { TAG: 'entries', data: { session: text, coordinator: 0, commitments: [entryOf(1)] } }],
    ['another coordinator', 1, { TAG: 'entries', data: { session, coordinator: 1, commitments: [entryOf(1)] } }],
    ['nobody that is there', 1, entriesFrom({ serial: 0, entry: { ...entryOf(6).entry, index: 7 } })],
  ])('of %s are dropped', (_, from, message) => {
    expect(begun().hear(from, message)).toEqual([]);
  });

  test('under verification are not verified again', () => {
    const group = begun();
    expect(group.hear(3, entriesFrom(group.entry(3)))).toHaveLength(1);
    expect(group.hear(3, entriesFrom(group.entry(3)))).toEqual([]);
  });

  test('that somebody excluded passes on are dropped', () => {
    const group = begun();
    const { serial, entry } = group.entry(1);
    group.run(group.hear(1, entriesFrom({ serial, entry: { ...entry, D: flip(entry.D) } })));
    expect(group.hear(1, entriesFrom(group.entry(3)))).toEqual([]);
  });

  test('come twice and count once; a newer one replaces an older one', () => {
    const group = begun();
    group.gather([3]);
    expect(group.hear(3, entriesFrom(group.entry(3)))).toEqual([]);
    expect(group.hear(1, entriesFrom(entryOf(3, 0, 99n)))).toEqual([]);
    // A restart: another entry of the same number, from its author.
    group.run(group.hear(3, entriesFrom(entryOf(3, 0, 99n))));
    expect(group.state.sessions.get(name)!.members[3]!.entry).toEqual(entryOf(3, 0, 99n).entry);
  });

  test('with nonces that are no points of prime order are the fault of who signed them', () => {
    const group = begun();
    const bad = entryOf(3);
    const entry = { ...bad.entry, D: new Uint8Array(32).fill(255) };
    const signed = { ...entry, signature: entrySignature(3, entry) };
    group.run(group.hear(3, entriesFrom({ serial: 0, entry: signed })));
    const effects = group.gather([0, 1, 2, 4, 5, 6]);
    expect(faults(effects)).toEqual(['3 nonce']);
    expect(group.list.map(({ index }) => index)).toEqual([0, 1, 2, 4, 5, 6]);
  });
});

const entrySignature = (index: number, { D, E }: Entry): Uint8Array =>
  fakeSign(entryMessage(session, 0, { index, D, E }), cast.identityOf(index));

describe('responses', () => {
  test('to a list of an earlier life of the session are nobody’s fault', () => {
    const group = new Group();
    group.run(group.command(begin));
    group.gather([0, 1, 2, 3, 4, 5, 6]);
    const [old, answered] = [group.list, group.response(6)];
    group.command({ type: 'close', session });
    group.run(group.command(begin));
    group.gather([0, 1, 2, 3, 4, 5, 6], 1);
    expect(kinds(group.answer(6, [answered], 0, old))).toEqual([]);
    const effects = [0, 1, 2, 3, 4, 5, 6].flatMap((index) => group.answer(index, [group.response(index, 1)]));
    expect(outputs(effects)).toMatchObject([{ type: 'signed', attempts: 1 }]);
  });

  const listed = (change: Partial<CoordinatorConfig> = {}): Group => {
    const group = begun(change);
    group.gather(all);
    return group;
  };

  test('of all make a signature of exactly the list, with all endorsements', () => {
    const group = listed();
    const [result] = results(group.respond(all));
    expect(result).toMatchObject({ session, message: text, attempts: 1, mask: Uint8Array.of(0x7f) });
    expect(fakeCosi.verify(cast.roster, result!.mask, text, result!.signature)).toBe(true);
    expect(result!.endorsements.map(({ index }) => index)).toEqual(all);
    expect(group.state.sessions.size).toBe(0);
    expect(group.state.waiting.size).toBe(0);
  });

  test('that their author sent wrong are its fault, and another attempt goes on without it', () => {
    const group = listed();
    group.respond(all.slice(0, 6));
    const wrong = group.response(6);
    const effects = group.answer(6, [{ ...wrong, s: flip(wrong.s) }]);
    expect(faults(effects)).toEqual(['6 response']);
    expect(told(effects)).toEqual(['0 ask', '1 ask', '2 ask', '3 ask', '4 ask', '5 ask']);
    expect(told(group.gather([0, 1, 2, 3, 4], 1))).toEqual(['0 list', '1 list', '2 list', '3 list', '4 list']);
    const [result] = results(group.respond([0, 1, 2, 3, 4], 1));
    expect(result).toMatchObject({ attempts: 2, mask: Uint8Array.of(0x1f) });
  });

  test.each(['s', 'endorsement'] as const)(
    'whose %s a relay altered are asked of their author, which clears it',
    (part) => {
      const group = listed();
      const [own, three, four] = [1, 3, 4].map((index) => group.response(index));
      const first = group.answer(1, [own!, { ...three!, [part]: flip(three![part]) }, four!]);
      const rest = group.respond([0, 2, 5, 6]);
      // The relay is not heard on it again.
      expect(group.answer(1, [{ ...three!, s: flip(three!.s) }])).toEqual([]);
      expect(faults([...first, ...rest])).toEqual([]);
      expect(told([...first, ...rest]).filter((line) => line === '3 list')).toEqual(['3 list']);
      const last = group.answer(3, [three!]);
      expect([faults(last), results(last).length]).toEqual([[], 1]);
      expect(group.state.scores[1]).toBe(-3);
    },
  );

  test('that are wrong from their author too are its fault, not the relay’s', () => {
    const group = listed();
    const [own, three, four] = [1, 3, 4].map((index) => group.response(index));
    const wrong = { ...three!, s: flip(three!.s) };
    group.answer(1, [own!, wrong, four!]);
    group.respond([0, 2, 5, 6]);
    expect(faults(group.answer(3, [wrong]))).toEqual(['3 response']);
    expect(group.state.scores[1]).toBe(0);
  });

  test('whose endorsement does not hold are their author’s fault', () => {
    const group = listed();
    const three = group.response(3);
    expect(faults(group.answer(3, [{ ...three, endorsement: flip(three.endorsement) }]))).toEqual(['3 endorsement']);
  });

  test('that are no scalars are found', () => {
    const group = listed();
    group.respond(all.slice(0, 6));
    const three = { ...group.response(6), s: new Uint8Array(32).fill(255) };
    expect(faults(group.answer(6, [three]))).toEqual(['6 response']);
  });

  test.each<[string, (group: Group) => readonly Effect<CoordinatorOutput>[]]>([
    ['a later attempt', (group) => group.answer(3, [group.response(3)], 1)],
    ['somebody that is not in the list', (group) => group.answer(3, [{ ...group.response(3), index: 9 }])],
    ['a peer of another branch', (group) => group.answer(2, [group.response(3)])],
  ])('to %s are dropped', (_, run) => {
    const group = listed();
    expect(run(group)).toEqual([]);
    expect(group.state.sessions.get(name)!.attempts[0]!.responses.size).toBe(0);
  });

  test('that were wrong are found when the attempt is late, before their authors are in another', () => {
    const group = listed();
    group.respond([0, 1, 2, 3, 4]);
    const wrong = group.response(5);
    expect(faults(group.answer(5, [{ ...wrong, s: flip(wrong.s) }]))).toEqual([]);
    const effects = group.run(group.timer(`late/${name}/0`));
    expect(faults(effects)).toEqual(['5 response']);
    expect(told(effects)).toEqual(['0 ask', '1 ask', '2 ask', '3 ask', '4 ask']);
  });

  test('that are late get an attempt beside theirs, of cosigners that owe nothing; the first to finish ends both', () => {
    const group = listed();
    const late = group.response(6);
    group.respond(all.slice(0, 6));
    const effects = group.timer(`late/${name}/0`);
    expect(told(effects)).toEqual(['0 ask', '1 ask', '2 ask', '3 ask', '4 ask', '5 ask']);
    expect(told(group.timer(`remind/${name}/0`))).toEqual(['6 list']);
    group.gather([0, 1, 2, 3, 5], 1);
    expect(group.list.map(({ index }) => index)).toEqual([0, 1, 2, 3, 5]);
    expect(results(group.answer(6, [late], 0))).toMatchObject([{ attempts: 2, mask: Uint8Array.of(0x7f) }]);
    expect(group.state.sessions.size).toBe(0);
  });

  test('a cosigner that lost its nonces is nobody’s fault, and is spared', () => {
    const group = listed();
    const commitment = entryOf(6, 0, 1234n);
    const mismatch: Message = { TAG: 'mismatch', data: { session, coordinator: 0, attempt: 0, commitment } };
    const effects = group.run(group.hear(6, mismatch));
    expect(outputs(effects)).toEqual([]);
    group.respond(all.slice(0, 6));
    group.gather([1, 2, 3, 4, 5], 1);
    expect(group.list.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5]);
    expect(outputs(group.run(group.hear(6, mismatch)))).toEqual([]);
  });

  test('a mismatch that shows the entry of the list, or another’s, is nothing', () => {
    const group = listed();
    for (const [from, commitment] of [
      [6, group.entry(6)],
      [6, entryOf(5, 0, 99n)],
    ] as const)
      expect(group.hear(from, { TAG: 'mismatch', data: { session, coordinator: 0, attempt: 0, commitment } })).toEqual(
        [],
      );
  });

  test('withheld after the list by too many fail the session when its time is up', () => {
    const group = listed();
    group.respond([0, 1, 2, 3]);
    group.timer(`late/${name}/0`);
    expect(endings(group.timer(`session/${name}`))).toEqual(['timeout']);
  });

  test('no more attempts are made than the limit', () => {
    const group = listed({ limits: { ...configOf(0).limits, attempts: 1 } });
    group.respond(all.slice(0, 6));
    const wrong = group.response(6);
    expect(endings(group.answer(6, [{ ...wrong, s: flip(wrong.s) }]))).toEqual(['attempts']);
  });

  test('torsion in a nonce is found when the sum is not prime', () => {
    const group = begun();
    const d = 12345n;
    const D = fakeCurve.multiplyBase(d).add(FAKE_TORSION[4]!).toBytes();
    const E = fakeCurve.multiplyBase(7n).toBytes();
    const bare = { index: 6, D, E, signature: new Uint8Array(64) };
    const entry = { ...bare, signature: entrySignature(6, bare) };
    group.run(group.hear(6, entriesFrom({ serial: 0, entry })));
    group.gather([0, 1, 2, 3, 4, 5]);
    group.respond([0, 1, 2, 3, 4, 5]);
    const response = { index: 6, s: new Uint8Array(32), endorsement: fakeSign(text, cast.identityOf(6)) };
    expect(faults(group.answer(6, [response]))).toEqual(['6 nonce']);
  });
});

describe('a refusal', () => {
  test('is given out with its reason; too many fail the session at once', () => {
    const group = begun();
    const first = group.run(group.hear(5, refusal(5)));
    expect(outputs(first)).toMatchObject([{ type: 'refused', index: 5, reason: utf8ToBytes('no') }]);
    expect(group.run(group.hear(5, refusal(5)))).toEqual([]);
    group.run(group.hear(6, refusal(6)));
    expect(endings(group.run(group.hear(4, refusal(4))))).toEqual(['refused']);
  });

  test('signed by another is its sender’s fault; one too long is dropped', () => {
    const group = begun();
    expect(group.hear(5, refusal(5, new Uint8Array(257)))).toEqual([]);
    expect(faults(group.run(group.hear(5, refusal(5, undefined, 4))))).toEqual(['5 refusal']);
  });
});

describe('scores', () => {
  test('last: who was silent is not waited for, and its children are asked at once, until it answers', () => {
    const group = begun();
    group.gather([0, 2, 3, 4, 5, 6]);
    group.run(group.timer(`commit/${name}`));
    group.respond([0, 2, 3, 4, 5, 6]);
    expect(group.state.scores[1]).toBe(-1);
    const other = new Group();
    other.state = { ...group.state };
    expect(told(other.run(other.command(begin)))).toEqual(['3 ask', '4 ask']);
    expect(told(other.gather([0, 2, 3, 4, 5, 6]))).toContain('2 list');
    other.gather([1]);
    expect(other.state.scores[1]).toBe(0);
  });

  /** The next session, for which everybody commits at once, those of high index first. */
  const next = (group: Group): Group => {
    const other = new Group();
    other.state = { ...group.state, sessions: new Map(), waiting: new Map() };
    other.run(other.command(begin));
    other.gather([...all].reverse());
    return other;
  };
  const listedBy = ({ list }: Group): number[] => list.map(({ index }) => index);

  test('who committed and did not respond is not in the next first list, however often it commits', () => {
    const group = begun();
    group.gather(all);
    group.respond([0, 2, 3, 4, 5, 6]);
    group.run(group.timer(`late/${name}/0`));
    for (const serial of [1, 2, 3]) group.gather([1], serial);
    expect(group.state.scores).toEqual([0, -8, 0, 0, 0, 0, 0]);
    let other = next(group);
    expect(listedBy(other)).toEqual([0, 2, 3, 4, 5, 6]);
    for (let sessions = 2; sessions < 8; sessions++) other = next(other);
    expect(listedBy(other)).toEqual([0, 2, 3, 4, 5, 6]);
    expect(listedBy(next(other))).toEqual(all);
  });

  test.each<[string, Message]>([
    [
      'shows another entry than the list has',
      { TAG: 'mismatch', data: { session, coordinator: 0, attempt: 0, commitment: entryOf(6, 0, 1234n) } },
    ],
    ['refuses', refusal(6)],
  ])('who %s is not in the next first list, though it is nobody’s fault', (_, message) => {
    const group = begun();
    group.gather(all);
    expect(faults(group.run(group.hear(6, message)))).toEqual([]);
    expect(group.state.scores).toEqual([0, 0, 0, 0, 0, 0, -8]);
    expect(listedBy(next(group))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('late in numbers that the policy needs, they lose little: the network is slow', () => {
    const group = begun();
    group.gather(all);
    group.respond([0, 4, 5, 6]);
    group.run(group.timer(`late/${name}/0`));
    expect(group.state.scores).toEqual([0, -1, -1, -1, 0, 0, 0]);
    group.respond([1, 2]);
    expect(group.state.scores).toEqual([0, 0, 0, -1, 0, 0, 0]);
  });

  test('who refuses before the list is there loses nothing', () => {
    const group = begun();
    group.run(group.hear(6, refusal(6)));
    expect(group.state.scores[6]).toBe(0);
  });

  test('under a relay, whose silence it was shows once the relay is passed over', () => {
    const group = begun();
    group.gather(all);
    group.respond([0, 1, 2, 3, 4, 5]);
    group.run(group.timer(`late/${name}/0`));
    expect(group.state.scores).toEqual([0, 0, -2, 0, 0, 0, -1]);
    const other = next(group);
    expect(listedBy(other)).toEqual([0, 1, 3, 4, 5, 6]);
    other.respond([0, 1, 3, 4, 5]);
    other.run(other.timer(`late/${name}/0`));
    expect(other.state.scores).toEqual([0, 0, -1, 0, 0, 0, -8]);
  });

  test('who responded wrong is not in the next first list, unless the policy needs it', () => {
    const group = begun();
    group.gather(all);
    group.respond([0, 1, 2, 3, 4]);
    for (const index of [5, 6]) {
      const wrong = group.response(index);
      group.answer(index, [{ ...wrong, s: wrong.s.map((byte, i) => (i === index ? byte ^ 1 : byte)) }]);
    }
    expect(group.state.scores.slice(5)).toEqual([-8, -8]);
    expect(listedBy(next(group))).toEqual([0, 1, 2, 3, 4]);
    group.state = { ...group.state, scores: [0, 0, 0, 0, -1, -8, -8] };
    expect(listedBy(next(group))).toEqual([0, 1, 2, 3, 4]);
    group.state = { ...group.state, scores: [0, 0, 0, 0, -8, -8, -8] };
    expect(listedBy(next(group))).toEqual(all);
  });
});

test('closed, a session is forgotten with its timers', () => {
  const group = begun();
  group.gather(all);
  const effects = group.command({ type: 'close', session });
  expect(effects.every(({ type }) => type === 'clearTimer')).toBe(true);
  expect(effects).toHaveLength(5);
  expect(group.hear(3, entriesFrom(entryOf(3)))).toEqual([]);
  expect(kinds(group.timer(`commit/${name}`))).toEqual([]);
});

test('a step leaves the state that it was given as it was', () => {
  const group = begun();
  const before = group.state;
  const copy = structuredClone(before);
  group.gather(all);
  group.respond(all);
  expect(before).toEqual(copy);
});
