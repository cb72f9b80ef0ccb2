import { expect, test } from 'vitest';
import { Driver, inWords, outputs, sent, sharesIn, wire } from '../driver.ts';
import { bytesOf, Committee, contextOf, digest } from '../values.ts';

const c = new Committee();

/** What a table row checks: the step, in words, and everything that the replica does about it. */
const expectWords = (effects: Parameters<typeof inWords>[0], words: readonly string[]): void =>
  expect(inWords(effects)).toEqual(words);

test('a follower: proposal, check, prepare, lock, commit, decision, next height', () => {
  const d = new Driver();
  expectWords(d.begin(), ['setTimer e/view 1000', 'setTimer e/repeat 250', 'broadcast status']);
  expectWords(d.hear(1, c.value(7)), []);
  expectWords(d.hear(1, c.proposal(1, 7)), ['verify from v1', 'output check']);
  expectWords(d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true }), [
    'persist value',
    'persist record',
    'sign endorsement',
    'send v1 share prepare',
  ]);
  expectWords(d.hear(1, c.certified('prepare', 7)), [
    'verify from v1',
    'persist record',
    'sign endorsement',
    'send v1 share commit',
  ]);
  expect(d.engine.record.lock).toMatchObject({ digest: digest(7), certificate: { view: 0 } });
  const decided = d.hear(1, c.certified('commit', 7));
  expectWords(decided, ['verify from v1', 'clearTimer e/view', 'clearTimer e/fetch', 'output decide']);
  expect(outputs(decided, 'decide')).toEqual([
    { type: 'decide', height: 1, digest: digest(7), certificate: c.certificate('commit', 7), value: bytesOf(7) },
  ]);
  expectWords(d.begin(2, c.decision(7)), ['remove value', 'setTimer e/view 1000', 'setTimer e/repeat 250']);
  expect(d.engine).toMatchObject({ height: 2, stage: 'open', record: { view: 0, votes: {}, values: [] } });
});

test('a leader: propose, durable, signed, sent behind its value, gathered in both phases', () => {
  const d = new Driver({ self: 1 });
  const begun = d.begin(1, c.at(0).decision(3));
  expect(outputs(begun, 'propose')).toMatchObject([{ height: 1, view: 0, parent: { height: 0 } }]);
  expectWords(d.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(7) }), [
    'persist value',
    'persist record',
    'sign proposal',
    'broadcast value',
    'broadcast proposal',
    'persist record',
    'sign endorsement',
  ]);
  expectWords(d.hearShare(0, c.share(0, 'prepare', 7)), ['verify from v0']);
  const prepared = d.hearShare(2, c.share(2, 'prepare', 7));
  expectWords(prepared, ['verify from v2', 'broadcast certified prepare', 'persist record', 'sign endorsement']);
  expect(sent(prepared, 'certified')[0]).toMatchObject({
    height: 1,
    digest: digest(7),
    certificate: c.certificate('prepare', 7, { members: [0, 1, 2] }),
  });
  d.hearShare(3, c.share(3, 'commit', 7));
  expectWords(d.hearShare(0, c.share(0, 'commit', 7)), [
    'verify from v0',
    'broadcast certified commit',
    'clearTimer e/view',
    'clearTimer e/fetch',
    'output decide',
  ]);
});

test('one member alone decides by itself', () => {
  const d = new Driver({ n: 1, self: 0 });
  d.begin();
  const effects = d.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(1) });
  expect(outputs(effects, 'decide')).toMatchObject([{ height: 1, certificate: { mask: Uint8Array.of(1) } }]);
  expectWords(d.timer('repeat'), ['setTimer e/repeat 250']);
  d.begin(2);
  expectWords(d.timer('repeat'), ['setTimer e/repeat 250']);
});

test('a certificate of the last quorum is enough, one endorsement less is not', () => {
  for (const [n, enough] of [
    [4, 3],
    [6, 5],
    [7, 5],
  ] as const) {
    const committee = new Committee(contextOf(n));
    const members = Array.from({ length: enough }, (_, i) => n - 1 - i).reverse();
    const decides = (some: readonly number[]): number => {
      const d = new Driver({ n });
      d.begin();
      d.hear(1, committee.value(7));
      d.hear(1, committee.proposal(1, 7));
      return outputs(d.hear(1, committee.certified('commit', 7, { members: some })), 'decide').length;
    };
    expect([n, decides(members), decides(members.slice(1))]).toEqual([n, 1, 0]);
  }
});

test('a second digest in one slot is never endorsed', () => {
  const d = new Driver();
  d.begin();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true });
  // Neither by a second proposal, nor by a prepare certificate where the commit vote is cast.
  expect(sharesIn(d.hear(1, c.proposal(1, 8)))).toEqual([]);
  expect(sharesIn(d.hear(1, c.certified('prepare', 7)))).toMatchObject([{ phase: 'commit', digest: digest(7) }]);
  expect(sharesIn(d.hear(2, c.certified('prepare', 8, { members: [0, 1, 2] })))).toEqual([]);
});

test('a prepare certificate locks and is endorsed though neither proposal nor value came', () => {
  const d = new Driver();
  d.begin();
  expectWords(d.hear(3, c.certified('prepare', 7)), [
    'verify from v3',
    'persist record',
    'sign endorsement',
    'send v1 share commit',
  ]);
  expect(d.engine.record.lock?.digest).toEqual(digest(7));
});

test('a prepare certificate of a higher view opens that view and its leader is the one who gathers', () => {
  const d = new Driver();
  d.begin();
  const effects = d.hear(3, c.certified('prepare', 7, { view: 2 }));
  expect(sharesIn(effects)).toMatchObject([{ phase: 'commit', view: 2, to: 'v3' }]);
  expect(d.engine).toMatchObject({ stage: 'open', record: { view: 2, lock: { certificate: { view: 2 } } } });
  expect(inWords(effects)).toContain('setTimer e/view 4000');
});

test('certificates that are verified after the decision change nothing', () => {
  const d = new Driver();
  d.begin();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  for (const message of [
    c.certified('commit', 7),
    c.certified('commit', 7, { members: [0, 1, 2] }),
    c.certified('prepare', 7),
    c.certified('prepare', 7, { view: 3 }),
  ])
    d.step({ type: 'message', from: 'v1', bytes: wire(message) });
  expect(d.open).toHaveLength(3);
  d.step({ type: 'message', from: 'v2', bytes: wire(c.certified('prepare', 7, { view: 3 })) });
  expect(outputs(d.answer(), 'decide')).toHaveLength(1);
  expect(d.engine).toMatchObject({ stage: 'decided', decision: { handed: true }, record: { view: 0, votes: {} } });
});

test('the application is late: answers to another height, view or digest change nothing', () => {
  const d = new Driver();
  d.begin();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  const before = d.state;
  for (const late of [
    { height: 2, view: 0, digest: digest(7) },
    { height: 1, view: 1, digest: digest(7) },
    { height: 1, view: 0, digest: digest(8) },
  ])
    expectWords(d.command({ type: 'checked', ...late, valid: true }), []);
  expect(d.state).toEqual(before);
  d.timer('view');
  expect(sharesIn(d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true }))).toEqual([]);
  expectWords(d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: false }), []);
});

const build = (value: Uint8Array, height = 1, view = 0) => ({ type: 'proposal', height, view, value }) as const;

test('a proposal built too late, for another height, or too large or unreadable, is not proposed', () => {
  const leader = (limits = {}): Driver => {
    const d = new Driver({ self: 1, limits });
    d.begin();
    return d;
  };
  const d = leader();
  for (const late of [build(bytesOf(7), 2), build(bytesOf(7), 1, 1), build(Uint8Array.of(1, 2, 3))])
    expectWords(d.command(late), []);
  d.command(build(bytesOf(7)));
  expectWords(d.command(build(bytesOf(8))), []);
  const follower = new Driver({ self: 0 });
  follower.begin();
  expectWords(follower.command(build(bytesOf(7))), []);
  const decided = leader();
  decided.hear(2, c.certified('commit', 7));
  expectWords(decided.command(build(bytesOf(8))), []);
  expectWords(leader({ valueBytes: 7 }).command(build(bytesOf(7))), []);
  expect(sent(leader({ valueBytes: 8 }).command(build(bytesOf(7))), 'proposal')).toHaveLength(1);
});

test('a proposal that was signed too late is not sent', () => {
  const opening = [0, 2, 3].map((member) => c.viewChange(member, 1));
  const meanwhile: Readonly<Record<string, (d: Driver) => void>> = {
    'the view is left': (d) => void d.step({ type: 'timer', id: 'e/view' }),
    'the next view is open': (d) => void d.hear(2, c.proposal(2, 8, { view: 1, opening })),
    'the height is decided': (d) => void d.hear(2, c.certified('commit', 8)),
    'the next height has begun': (d) => void d.begin(2),
    'the height after the next, and so its leader again, has begun': (d) => void d.begin(5),
  };
  for (const [name, happens] of Object.entries(meanwhile)) {
    const d = new Driver({ self: 1 });
    d.begin();
    d.step({ type: 'command', value: build(bytesOf(7)) });
    const open = d.open.splice(0);
    happens(d);
    d.open.push(...open);
    expect(sent(d.answer(), 'proposal'), name).toEqual([]);
  }
});

test('nothing is heard, and no timer counts, before the application begins a height', () => {
  const d = new Driver();
  const before = d.state;
  expectWords(d.hear(1, c.proposal(1, 7)), []);
  for (const id of ['view', 'repeat', 'fetch', 'sync']) expectWords(d.timer(id), []);
  expectWords(d.command({ type: 'history', peer: 'v1', decisions: [c.decision(7)] }), []);
  expect(d.state).toEqual(before);
});

test('a height begins once, and never a lower one', () => {
  const d = new Driver();
  d.begin(5);
  for (const height of [5, 4, 1]) expectWords(d.begin(height), []);
  expect(d.engine.height).toBe(5);
});

test('a height, a context or limits that cannot be are refused with an error', () => {
  const d = new Driver();
  const begin = (height: number, change: object): void => {
    const context = { ...contextOf(4), ...change };
    d.command({ type: 'begin', height, context, parent: undefined });
  };
  const { committee } = contextOf(4);
  for (const height of [0, -1, 1.5, 2 ** 32, Number.NaN]) expect(() => begin(height, {})).toThrow(/height/);
  for (const change of [
    { epoch: -1 },
    { epoch: 2 ** 32 },
    { epoch: 0.5 },
    { stepEntry: new Uint8Array(31) },
    { committee: [] },
    { committee: [...committee, committee[0]] },
    { committee: [{ peer: 'v0', key: new Uint8Array(31) }] },
  ])
    expect(() => begin(1, change), JSON.stringify(Object.keys(change))).toThrow(
      expect.objectContaining({ name: 'BftError', code: 'configuration' }),
    );
  for (const bad of [{ valueBytes: 0 }, { messageBytes: 68 }, { pendingPerPeer: 1.5 }, { futurePerPeer: 0 }])
    expect(() => new Driver({ limits: bad }), JSON.stringify(bad)).toThrow(
      expect.objectContaining({ name: 'BftError', code: 'configuration' }),
    );
  expect(() => new Driver({ limits: { messageBytes: 69, pendingPerPeer: 1, futurePerPeer: 1 } })).not.toThrow();
  expect(() => new Driver({ scope: { chain: new Uint8Array(32), instance: 'é'.repeat(127) } })).not.toThrow();
  expect(() => new Driver({ scope: { chain: new Uint8Array(31), instance: '' } })).toThrow(/chain/);
  expect(() => new Driver({ scope: { chain: new Uint8Array(32), instance: 'é'.repeat(128) } })).toThrow(/instance/);
});

test('after the decision the application is neither asked about the value nor heard about it', () => {
  const d = new Driver();
  d.begin();
  d.hear(1, c.proposal(1, 7));
  d.hear(1, c.certified('commit', 7));
  expectWords(d.hear(1, c.value(7)), ['clearTimer e/fetch', 'clearTimer e/fetch', 'output decide']);
  const asked = new Driver();
  asked.begin();
  asked.hear(1, c.value(7));
  expect(outputs(asked.hear(1, c.proposal(1, 7)), 'check')).toHaveLength(1);
  asked.hear(1, c.certified('commit', 7));
  expectWords(asked.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: false }), []);
  expect(asked.engine).toMatchObject({ stage: 'decided', record: { view: 0 } });
});

test('the application gives one verdict: a second one, or one on its own proposal, changes nothing', () => {
  const refused = { type: 'checked', height: 1, view: 0, digest: digest(7), valid: false } as const;
  const d = new Driver();
  d.begin();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  d.command({ ...refused, valid: true });
  expectWords(d.command(refused), []);
  const leads = new Driver({ self: 1 });
  leads.begin();
  leads.command(build(bytesOf(7)));
  expectWords(leads.command(refused), []);
});

test('what the application built does not vouch for what comes in its name', () => {
  const d = new Driver({ self: 1 });
  d.begin();
  d.step({ type: 'command', value: build(bytesOf(7)) });
  const open = d.open.splice(0);
  // Another process that signs with the same key.
  d.hear(2, c.value(8));
  const effects = d.hear(2, c.proposal(1, 8));
  expect(outputs(effects, 'check')).toMatchObject([{ digest: digest(8) }]);
  expect(sharesIn(effects)).toEqual([]);
  expect(open).toHaveLength(1);
});
