import { expect, test } from 'vitest';
import type { Message } from '../../src/testing.ts';
import { Driver, inWords, outputs, sent, sharesIn, wire, wireShare } from '../driver.ts';
import { Committee, contextOf, digest, nameOf } from '../values.ts';

const c = new Committee();

const follower = (options = {}): Driver => {
  const d = new Driver(options);
  d.begin();
  return d;
};

/** A step without answers: what a peer can have under way. */
const step = (d: Driver, from: string, message: Message): string[] =>
  inWords(d.step({ type: 'message', from, bytes: wire(message) }));

const verifies = (words: readonly string[]): number => words.filter((word) => word.startsWith('verify')).length;

test('each member has so many verifications under way, and others not fewer for it', () => {
  const d = follower();
  const count = (from: string, n: number): number =>
    Array.from({ length: n }, (_, i) => verifies(step(d, from, c.certified('commit', i)))).reduce((a, b) => a + b);
  expect(count('v1', 5)).toBe(3);
  expect(count('v2', 5)).toBe(3);
  expect(d.engine.pending.size).toBe(6);
});

test('strangers share one account, so that their number is no use', () => {
  const d = follower();
  const verified = Array.from({ length: 9 }, (_, i) => verifies(step(d, `stranger${i}`, c.certified('commit', i))));
  expect(verified).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0]);
  expect(verifies(step(d, 'v1', c.certified('commit', 1)))).toBe(1);
});

test('the first member is a member too', () => {
  const d = follower({ self: 3 });
  for (let i = 0; i < 3; i++) step(d, 'stranger', c.certified('commit', i));
  expect(verifies(step(d, 'v0', c.certified('commit', 1)))).toBe(1);
});

test('who sent a false statement is not heard until the next height', () => {
  const lies: Readonly<Record<string, Message>> = {
    certificate: { TAG: 'certified', data: { ...c.certified('commit', 7).data, digest: digest(8) } },
    'small certificate': c.certified('commit', 7, { members: [1, 2] }),
    proposal: c.proposal(3, 7),
    'view-change': {
      TAG: 'viewChange',
      data: { viewChange: { ...c.viewChange(1, 1), signature: new Uint8Array(64) }, proof: undefined },
    },
  };
  for (const [name, lie] of Object.entries(lies)) {
    const d = follower();
    d.hear(1, lie);
    expect([...d.engine.liars], name).toEqual(['v1']);
    expect(inWords(d.hear(1, c.proposal(1, 7))), name).toEqual([]);
    expect(verifies(inWords(d.hear(2, c.certified('commit', 7)))), name).toBe(1);
    d.begin(2);
    expect(verifies(inWords(d.hear(1, c.at(2).certified('prepare', 7)))), name).toBe(1);
  }
});

test('a schedule is asked about view-changes that are as many as a quorum, and in order, from a peer that is heard', () => {
  const asked: number[] = [];
  const schedule = {
    leader: (_height: number, _view: number, opening: readonly unknown[]) => {
      asked.push(opening.length);
      return -1;
    },
    timeout: () => 1000,
    attachment: () => new Uint8Array(0),
    checkAttachment: () => true,
  };
  const moved = (...members: number[]) => members.map((member) => c.viewChange(member, 1));
  const askedAbout = (d: Driver, from: number, opening: ReturnType<typeof moved>): number[] => {
    asked.length = 0;
    d.hear(from, c.proposal(from, 7, { view: 1, opening }));
    return asked;
  };
  for (const opening of [moved(), moved(0, 1), moved(0, 1, 2, 3), moved(0, 1, 1), moved(1, 0, 2)]) {
    const d = follower({ schedule });
    expect(askedAbout(d, 2, opening)).toEqual([]);
    expect([...d.engine.liars]).toEqual(['v2']);
    expect(askedAbout(d, 2, moved(0, 1, 2))).toEqual([]);
    // A leader who is not known here is nobody's lie.
    expect(askedAbout(d, 3, moved(0, 1, 2))).toEqual([3]);
    expect(askedAbout(d, 3, moved(0, 1, 3))).toEqual([3]);
    for (let i = 0; i < 3; i++) step(d, 'v1', c.certified('commit', i));
    expect(askedAbout(d, 1, moved(0, 1, 2))).toEqual([]);
  }
});

test('what a liar says elsewhere still counts: its decisions, its values, its questions', () => {
  const d = follower();
  d.hear(1, c.certified('commit', 7, { members: [1, 2] }));
  expect(sent(d.hear(1, { TAG: 'status', data: { height: 4 } }), 'wantDecisions')).toHaveLength(1);
  const answer = d.hear(1, { TAG: 'decisions', data: { decisions: [c.decision(7)] } });
  expect(outputs(answer, 'decide')).toHaveLength(1);
});

test('messages about the next height: so many a member, so many from all strangers, none beyond the next', () => {
  const d = follower();
  const next = c.at(2);
  for (let i = 0; i < 4; i++) {
    d.hear(1, next.certified('prepare', i));
    d.hear(2, next.certified('prepare', i));
    d.hear(`stranger${i}`, next.certified('prepare', i));
    d.hear(3, c.at(3).certified('prepare', i));
  }
  expect(d.engine.future.map(({ from }) => from)).toEqual(['v1', 'v2', 'stranger0', 'v1', 'v2', 'stranger1']);
});

test('messages about the next height count when it begins', () => {
  const d = follower();
  d.hear(2, c.at(2).proposal(2, 7));
  d.hear(3, c.at(2).moves(3, 1));
  expect(d.engine.proposal).toBeUndefined();
  const effects = d.begin(2);
  expect(sent(effects, 'wantValue')).toMatchObject([{ digest: digest(7), to: 'v2' }]);
  expect(d.engine).toMatchObject({ future: [], proposal: { digest: digest(7) } });
  expect([...d.engine.viewChanges.keys()]).toEqual([3]);
});

test('a message above the limit is not decoded', () => {
  const message = c.certified('commit', 7);
  const size = wire(message).length - 1;
  expect(verifies(inWords(follower({ limits: { messageBytes: size } }).hear(1, message)))).toBe(1);
  expect(inWords(follower({ limits: { messageBytes: size - 1 } }).hear(1, message))).toEqual([]);
});

test('what cannot matter any more is not verified', () => {
  const d = follower();
  d.hear(1, c.proposal(1, 7));
  expect(inWords(d.hear(2, c.proposal(1, 7)))).toEqual([]);
  d.hear(1, c.certified('prepare', 7));
  expect(inWords(d.hear(2, c.certified('prepare', 7, { members: [0, 1, 2] })))).toEqual([]);
  d.timer('view');
  expect(inWords(d.hear(2, c.certified('prepare', 7)))).toEqual([]);
  expect(inWords(d.hear(2, c.proposal(1, 8)))).toEqual([]);
  d.hear(1, c.certified('commit', 7));
  for (const message of [c.certified('commit', 7), c.moves(2, 4), c.proposal(2, 9, { view: 1 })])
    expect(verifies(inWords(d.hear(2, message)))).toBe(0);
});

test('answers to questions of a height that is over change nothing', () => {
  const d = follower();
  for (const [from, message] of [
    ['v1', c.proposal(1, 7)],
    ['v2', c.moves(2, 3)],
    ['v3', c.certified('prepare', 7)],
  ] as const)
    step(d, from, message);
  const open = d.open.splice(0);
  d.begin(2);
  d.open.push(...open);
  expect(inWords(d.answer())).toEqual([]);
  expect(d.engine).toMatchObject({ proposal: undefined, certified: undefined, highest: undefined, liars: new Set() });
  expect(d.engine.viewChanges.size).toBe(0);
});

test('an answer that nobody waits for changes nothing', () => {
  const d = follower();
  const before = d.state;
  for (const prefix of ['e', 'c', 'x', '']) {
    d.give({ type: 'verified', id: `${prefix}/verify/99`, valid: true });
    d.give({ type: 'verified', id: `${prefix}/share/99`, valid: true });
    d.give({ type: 'signed', id: `${prefix}/sign/99`, signature: new Uint8Array(64) });
    d.give({ type: 'signed', id: `${prefix}/share/99`, signature: new Uint8Array(64) });
    d.give({ type: 'timer', id: `${prefix}/nothing` });
  }
  expect(d.state).toEqual(before);
});

test('what was answered is forgotten, and a second answer counts for nothing', () => {
  const d = follower();
  d.step({ type: 'timer', id: 'e/view' });
  const [asked] = d.open;
  expect(d.answer()).not.toEqual([]);
  expect(d.engine.signing.size).toBe(0);
  expect(inWords(d.give({ type: 'signed', id: asked!.id, signature: new Uint8Array(64) }))).toEqual([]);
  d.step({ type: 'message', from: 'v1', bytes: wire(c.certified('prepare', 7, { view: 3 })) });
  const [verified] = d.open;
  d.answer();
  expect(d.engine.pending.size).toBe(0);
  const before = d.state;
  expect(inWords(d.give({ type: 'verified', id: verified!.id, valid: false }))).toEqual([]);
  expect(d.state).toEqual(before);
});

test('a timer does what it is for, and no more', () => {
  const d = follower();
  d.hear(1, c.proposal(1, 7));
  d.hear(2, { TAG: 'status', data: { height: 4 } });
  expect(sent(d.timer('repeat'), 'wantValue')).toEqual([]);
  expect(sent(d.timer('repeat'), 'wantDecisions')).toEqual([]);
  expect(sent(d.timer('sync'), 'wantValue')).toEqual([]);
  expect(sent(d.timer('fetch'), 'wantDecisions')).toEqual([]);
  expect(inWords(d.timer('other'))).toEqual([]);
});

const leader = (): Driver => {
  const d = follower({ self: 1 });
  d.command({ type: 'proposal', height: 1, view: 0, value: Uint8Array.of(0x76, 0, 0, 0, 0, 0, 0, 7) });
  return d;
};

test('shares: so many of a member under verification, and none of one whose share was false', () => {
  const d = leader();
  const share = (from: number, value: number): string[] =>
    inWords(d.step({ type: 'message', from: nameOf(from), bytes: wireShare({ ...c.share(from, 'prepare', value) }) }));
  const verified = Array.from({ length: 9 }, (_, i) => verifies(share(0, 10 + i)));
  expect(verified).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0]);
  const other = leader();
  other.hearShare(0, { ...c.share(0, 'prepare', 7), signature: new Uint8Array(64) });
  expect(inWords(other.hearShare(0, c.share(0, 'prepare', 7)))).toEqual([]);
  other.hearShare(2, c.share(2, 'prepare', 7));
  expect(sent(other.hearShare(3, c.share(3, 'prepare', 7)), 'certified')).toHaveLength(1);
  other.begin(2);
  expect(other.state.collector.liars.size).toBe(0);
});

test('shares of another height, view, or of nobody, and repeated ones, are not verified', () => {
  const d = leader();
  expect(inWords(d.hearShare(0, c.at(2).share(0, 'prepare', 7)))).toEqual([]);
  expect(inWords(d.hearShare(0, c.share(0, 'prepare', 7, 1)))).toEqual([]);
  const bytes = wireShare(c.share(0, 'prepare', 7));
  expect(inWords(d.give({ type: 'message', from: 'stranger', bytes }))).toEqual([]);
  expect(inWords(d.give({ type: 'message', from: 'v1', bytes: wireShare(c.share(1, 'prepare', 7)) }))).toEqual([]);
  expect(verifies(inWords(d.give({ type: 'message', from: 'v0', bytes })))).toBe(1);
  expect(inWords(d.give({ type: 'message', from: 'v0', bytes }))).toEqual([]);
});

test('shares for another digest than its own make no certificate, and neither do shares alone', () => {
  const d = leader();
  for (const member of [0, 2, 3])
    expect(sent(d.hearShare(member, c.share(member, 'prepare', 8)), 'certified')).toEqual([]);
  const early = follower({ self: 1 });
  for (const member of [0, 2, 3])
    expect(sent(early.hearShare(member, c.share(member, 'prepare', 7)), 'certified')).toEqual([]);
  expect(
    sent(
      early.command({ type: 'proposal', height: 1, view: 0, value: Uint8Array.of(0x76, 0, 0, 0, 0, 0, 0, 7) }),
      'certified',
    ),
  ).toHaveLength(1);
});

test('a member that does not lead gathers nothing', () => {
  const d = follower();
  d.hear(1, c.certified('prepare', 7));
  for (const member of [1, 2, 3]) d.hearShare(member, c.share(member, 'commit', 7));
  expect(d.engine.stage).toBe('open');
});

test('an endorsement that is repeated before it is signed is signed once', () => {
  const d = follower();
  d.step({ type: 'message', from: 'v1', bytes: wire(c.certified('prepare', 7)) });
  const [verify] = d.open.splice(0);
  d.step({ type: 'verified', id: verify!.id, valid: true });
  const words = inWords(d.step({ type: 'timer', id: 'e/repeat' }));
  expect(words).not.toContain('sign endorsement');
  expect(sharesIn(d.answer())).toHaveLength(1);
  expect(sharesIn(d.timer('repeat'))).toHaveLength(1);
});

test('a schedule that names nobody is not followed', () => {
  const schedule = {
    leader: () => 9,
    timeout: () => 1000,
    attachment: () => new Uint8Array(0),
    checkAttachment: () => true,
  };
  const d = follower({ schedule });
  expect(inWords(d.hear(1, c.proposal(1, 7)))).toEqual([]);
  expect(sharesIn(d.hear(2, c.certified('prepare', 7)))).toEqual([]);
  expect(contextOf(4).committee).toHaveLength(4);
});

test('a message without values is short, whatever a message with values may be', () => {
  const signature = new Uint8Array(300 * 1024);
  const long: Message = c.at(2).certified('prepare', 7);
  if (long.TAG !== 'certified') throw new Error('no certificate');
  const bloated: Message = {
    TAG: 'certified',
    data: { ...long.data, certificate: { ...long.data.certificate, signature } },
  };
  const d = follower({ limits: { valueBytes: 1 << 20, messageBytes: 1 << 21, pendingPerPeer: 3, futurePerPeer: 2 } });
  expect(inWords(d.hear(1, bloated))).toEqual([]);
  expect(d.engine.future).toEqual([]);
  d.hear(1, long);
  expect(d.engine.future).toHaveLength(1);
});

test('a message with values is as long as the limits allow', () => {
  const value = new Uint8Array(300 * 1024);
  const d = new Driver({ limits: { valueBytes: 1 << 20, messageBytes: 1 << 21 }, digest: () => digest(7) });
  d.begin();
  d.hear(1, { TAG: 'value', data: { value } });
  expect(d.engine.pushed.get('v1')).toEqual(value);
  d.hear(2, { TAG: 'status', data: { height: 4 } });
  const decided = d.hear(2, { TAG: 'decisions', data: { decisions: [{ ...c.decision(7), value }] } });
  expect(outputs(decided, 'decide')).toMatchObject([{ value }]);
});
