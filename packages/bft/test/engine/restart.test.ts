import { expect, test } from 'vitest';
import { decodeRecord, encodeRecord } from '../../src/testing.ts';
import { Driver, inWords, outputs, sent, sharesIn } from '../driver.ts';
import { bytesOf, Committee, contextOf, digest } from '../values.ts';

const c = new Committee();
const error = (code: string): object => expect.objectContaining({ name: 'BftError', code });

/** A follower that endorsed value 7 in view 0. */
const prepared = (): Driver => {
  const d = new Driver();
  d.begin();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true });
  return d;
};

/** The same, locked on it. */
const locked = (): Driver => {
  const d = prepared();
  d.hear(1, c.certified('prepare', 7));
  return d;
};

const again = (before: Driver): Driver => {
  const d = before.restart();
  d.begin();
  return d;
};

test('before any vote: as if new', () => {
  const d = new Driver();
  d.begin();
  d.hear(1, c.proposal(1, 7));
  expect(d.persisted.size).toBe(0);
  const { engine } = again(d);
  expect(engine).toMatchObject({ height: 1, stage: 'open', record: { view: 0, votes: {} }, proposal: undefined });
});

test('after the prepare vote: the same share is sent again, and none for another digest', () => {
  const d = again(prepared());
  expect(sharesIn(d.timer('repeat'))).toMatchObject([{ phase: 'prepare', digest: digest(7), to: 'v1' }]);
  d.hear(1, c.value(8));
  expect(outputs(d.hear(1, c.proposal(1, 8)), 'check')).toEqual([]);
  expect(sharesIn(d.timer('repeat'))).toMatchObject([{ phase: 'prepare', digest: digest(7) }]);
  // Its value is still here for those who lack it.
  expect(sent(d.hear(2, { TAG: 'wantValue', data: { digest: digest(7) } }), 'value')).toMatchObject([
    { value: bytesOf(7), to: 'v2' },
  ]);
});

test('between the vote and its share: the share was never made, and is made after the restart', () => {
  const d = new Driver();
  d.begin();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  const checked = { type: 'checked', height: 1, view: 0, digest: digest(7), valid: true } as const;
  const words = inWords(d.step({ type: 'command', value: checked }));
  expect(words).toEqual(['persist value', 'persist record', 'sign endorsement']);
  expect(sharesIn(again(d).timer('repeat'))).toMatchObject([{ phase: 'prepare', digest: digest(7) }]);
});

test('after the commit vote: locked, and the commit share is sent again', () => {
  const d = again(locked());
  expect(d.engine.record.lock).toMatchObject({ digest: digest(7), certificate: { view: 0 } });
  // Against another certificate of the view, which takes more than f faults, the vote alone stands.
  expect(inWords(d.hear(1, c.certified('prepare', 8)))).toEqual(['verify from v1']);
  expect(sharesIn(again(locked()).timer('repeat'))).toMatchObject([
    { phase: 'prepare', digest: digest(7) },
    { phase: 'commit', digest: digest(7) },
  ]);
});

test('after the proposal: the leader of view 0 proposes the same digest, without asking for another', () => {
  const before = new Driver({ self: 1 });
  before.begin();
  before.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(7) });
  const d = before.restart();
  const effects = d.begin();
  expect(outputs(effects, 'propose')).toEqual([]);
  expect(sent(effects, 'value')).toMatchObject([{ value: bytesOf(7) }]);
  expect(sent(effects, 'proposal')).toMatchObject([{ digest: digest(7), view: 0 }]);
  expect(inWords(effects)).not.toContain('persist record');
  expect(inWords(d.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(8) }))).toEqual([]);
});

test('after moving to a view: it stays there, moves again with the same lock, and never votes below', () => {
  const before = locked();
  const first = sent(before.timer('view'), 'viewChange');
  const d = before.restart();
  const effects = d.begin();
  expect(sent(effects, 'viewChange')).toEqual(first);
  expect(first).toMatchObject([{ viewChange: { view: 1, prepared: { view: 0, digest: digest(7) } } }]);
  expect(d.engine).toMatchObject({ stage: 'changing', record: { view: 1 } });
  expect(inWords(effects)).toContain('setTimer e/repeat 250');
  expect(inWords(d.hear(1, c.certified('prepare', 8)))).toEqual([]);
  expect(sent(d.timer('repeat'), 'viewChange')).toEqual(first);
});

test('after a vote in a higher view: it is there, and the share goes to that leader', () => {
  const before = new Driver();
  before.begin();
  before.hear(3, c.certified('prepare', 7, { view: 2 }));
  const d = before.restart();
  const effects = d.begin();
  expect(inWords(effects)).toContain('setTimer e/view 4000');
  expect(sent(effects, 'viewChange')).toEqual([]);
  expect(sharesIn(d.timer('repeat'))).toMatchObject([{ phase: 'commit', view: 2, to: 'v3' }]);
});

test('the leader of a higher view does not propose there again: it lost the view-changes that open it', () => {
  const before = new Driver({ self: 2 });
  before.begin();
  before.timer('view');
  for (const member of [0, 1, 3]) before.hear(member, c.moves(member, 1));
  before.command({ type: 'proposal', height: 1, view: 1, value: bytesOf(7) });
  expect(decodeRecord(before.persisted.get('record')!).votes.propose).toEqual(digest(7));
  const d = before.restart();
  const effects = d.begin();
  expect(outputs(effects, 'propose')).toEqual([]);
  expect(sent(effects, 'proposal')).toEqual([]);
  expect(d.engine).toMatchObject({ stage: 'open', record: { view: 1 } });
  expect(inWords(effects)).toContain('setTimer e/view 2000');
});

test('a view that was entered but not voted in is not durable, and nothing follows from it', () => {
  const before = prepared();
  const opening = [0, 2, 3].map((member) => c.viewChange(member, 1));
  before.hear(2, c.proposal(2, 8, { view: 1, opening }));
  expect(before.engine.record.view).toBe(1);
  expect(again(before).engine.record).toMatchObject({ view: 0, votes: { prepare: digest(7) } });
});

test('after the decision: votes of the height are over with the next', () => {
  const before = locked();
  before.hear(1, c.certified('commit', 7));
  const d = before.restart();
  const effects = d.begin(2, c.decision(7));
  expect(inWords(effects)).toContain('remove value');
  expect(d.engine.record).toMatchObject({ height: 2, view: 0, votes: {}, lock: undefined, values: [] });
});

test('at each start, and not at each height, it says where it is', () => {
  const d = prepared().restart();
  expect(sent(d.begin(), 'status')).toMatchObject([{ height: 1, to: '*' }]);
  d.hear(1, c.certified('commit', 7));
  expect(sent(d.begin(2), 'status')).toEqual([]);
});

test('a record ahead of the application: no vote at lower heights, and none is forgotten', () => {
  const before = locked();
  before.timer('view');
  const durable = before.persisted.get('record')!;
  // The application goes back: in place of height 1, which is the first, the record speaks of height 3.
  const record = encodeRecord({ ...decodeRecord(durable), height: 3 });
  const d = new Driver({ persisted: new Map([...before.persisted, ['record', record]]) });
  d.begin(1);
  d.hear(1, c.value(7));
  const effects = [
    ...d.hear(1, c.proposal(1, 7)),
    ...d.hear(1, c.certified('prepare', 7)),
    ...d.timer('view'),
    ...d.timer('repeat'),
  ];
  expect(effects.filter(({ type }) => type === 'sign' || type === 'persist')).toEqual([]);
  expect(outputs(effects, 'check')).toEqual([]);
  // Views of this height that it follows leave the durable record alone.
  const opening = [1, 2, 3].map((member) => c.viewChange(member, 3));
  d.hear(0, c.proposal(0, 9, { view: 3, opening }));
  expect(d.engine.record).toMatchObject({ height: 1, view: 3, votes: {} });
  expect(sent(d.hear(1, c.certified('commit', 7)), 'wantValue')).toMatchObject([{ to: 'v2' }]);
  expect(outputs(d.hear(2, c.value(7)), 'decide')).toHaveLength(1);
  d.begin(2);
  expect(d.engine.record).toMatchObject({ height: 2, view: 0 });
  const at3 = d.begin(3);
  expect(d.engine).toMatchObject({ stage: 'changing', record: { height: 3, view: 1, lock: { digest: digest(7) } } });
  expect(sent(at3, 'viewChange')).toMatchObject([{ viewChange: { height: 3, view: 1, prepared: { view: 0 } } }]);
  expect(d.persisted.get('record')).toEqual(record);
  expect(sent(d.hear(2, { TAG: 'wantValue', data: { digest: digest(7) } }), 'value')).toHaveLength(1);
});

test('a leader whose record is ahead proposes nothing', () => {
  const record = encodeRecord({ ...decodeRecord(locked().persisted.get('record')!), height: 3, values: [] });
  const d = new Driver({ self: 1, persisted: new Map([['record', record]]) });
  expect(outputs(d.begin(), 'propose')).toEqual([]);
  expect(inWords(d.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(7) }))).toEqual([]);
});

test('an application that skips past the record: the record is over, its values are removed', () => {
  const before = prepared();
  const record = encodeRecord({ ...decodeRecord(before.persisted.get('record')!), height: 3 });
  const d = new Driver({ persisted: new Map([...before.persisted, ['record', record]]) });
  d.begin(1);
  expect(inWords(d.begin(5))).toContain('remove value');
  expect(d.engine).toMatchObject({ ahead: undefined, record: { height: 5, votes: {}, values: [] } });
  d.hear(1, c.at(5).value(7));
  expect(outputs(d.hear(1, c.at(5).proposal(1, 7)), 'check')).toHaveLength(1);
});

test('a damaged or foreign record stops the replica', () => {
  const { persisted } = prepared();
  const record = persisted.get('record')!;
  const start = (bytes: Uint8Array, options = {}): Driver =>
    new Driver({ ...options, persisted: new Map([...persisted, ['record', bytes]]) });
  expect(() => start(record.subarray(1))).toThrow(error('malformed'));
  expect(() => start(new Uint8Array([...record, 0]))).toThrow(error('malformed'));
  const elsewhere = { chain: new Uint8Array(32).fill(9), instance: 'beacon' };
  expect(() => start(record, { scope: elsewhere })).toThrow(error('foreign-record'));
  expect(() => start(record, { scope: { ...elsewhere, chain: new Uint8Array(32), instance: 'shard/0' } })).toThrow(
    error('foreign-record'),
  );
});

test('names of instances that differ in any character have different records', () => {
  const named = (instance: string) => ({ chain: new Uint8Array(32), instance });
  const d = new Driver({ scope: named('\u0100') });
  d.begin();
  d.timer('view');
  expect(() => d.restart({ scope: named('\u0000') })).toThrow(error('foreign-record'));
});

test('votes of the same height in another epoch stop the replica', () => {
  const d = prepared().restart({ context: contextOf(4, 1) });
  expect(() => d.begin()).toThrow(error('foreign-record'));
});

test('a stored value that is not the one its key names stops the replica', () => {
  const { persisted } = prepared();
  const key = [...persisted.keys()].find((name) => name.startsWith('value/'))!;
  for (const bytes of [bytesOf(8), bytesOf(7).subarray(1)])
    expect(() => new Driver({ persisted: new Map([...persisted, [key, bytes]]) })).toThrow(error('malformed'));
});

test('a stored value that no record names is removed when a height is over', () => {
  const { persisted } = prepared();
  const d = new Driver({ persisted: new Map([...persisted, ['value/00', bytesOf(9)], ['other', bytesOf(9)]]) });
  d.begin(1);
  expect(d.persisted.has('value/00')).toBe(true);
  d.begin(2);
  expect([...d.persisted.keys()].sort()).toEqual(['other', 'record']);
  expect(inWords(d.begin(3))).not.toContain('remove value');
});

test('a prepare vote alone, or a proposal alone, in a higher view: it is there, and not on the way', () => {
  const follower = new Driver();
  follower.begin();
  const opening = [0, 1, 2].map((member) => c.viewChange(member, 1));
  follower.hear(2, c.proposal(2, 7, { view: 1, opening, proof: c.certificate('prepare', 7) }));
  follower.hear(2, c.value(7));
  const leader = new Driver({ self: 2 });
  leader.begin();
  leader.timer('view');
  for (const member of [0, 1]) leader.hear(member, c.moves(member, 1));
  leader.step({ type: 'command', value: { type: 'proposal', height: 1, view: 1, value: bytesOf(7) } });
  for (const [before, kind] of [
    [follower, 'prepare'],
    [leader, 'propose'],
  ] as const) {
    expect(decodeRecord(before.persisted.get('record')!).votes).toEqual({
      propose: undefined,
      prepare: undefined,
      commit: undefined,
      [kind]: digest(7),
    });
    const d = before.restart();
    expect(sent(d.begin(), 'viewChange')).toEqual([]);
    expect(d.engine).toMatchObject({ stage: 'open', record: { view: 1 } });
  }
});

test('a record of a height at which one is no longer a member signs nothing', () => {
  const before = locked();
  before.timer('view');
  const context = { ...contextOf(4), committee: contextOf(5).committee.slice(1) };
  const d = before.restart({ context });
  const effects = [...d.begin(), ...d.timer('view'), ...d.timer('repeat')];
  expect(effects.filter(({ type }) => type === 'sign' || type === 'persist')).toEqual([]);
});

test('nothing of a height outlives it', () => {
  const d = new Driver();
  d.begin();
  d.hear(3, { TAG: 'status', data: { height: 2 } });
  d.hear(1, c.value(7));
  d.hear(1, c.value(8));
  d.hear(1, c.proposal(1, 7));
  d.hear(1, c.proposal(1, 8));
  d.hear(3, c.certified('commit', 7, { members: [1, 2] }));
  d.hear(2, c.moves(2, 1));
  d.hear(2, { TAG: 'wantValue', data: { digest: digest(7) } });
  d.hear(1, c.certified('prepare', 7));
  d.timer('view');
  d.hear(2, c.value(9));
  d.hear(1, c.moves(1, 2));
  d.hear(2, c.certified('commit', 8));
  d.begin(2);
  const fresh = new Driver();
  fresh.begin(2);
  const { nextId: _, sync: __, ...state } = d.engine;
  const { nextId: ___, sync: ____, ...expected } = fresh.engine;
  expect(state).toEqual(expected);
});
