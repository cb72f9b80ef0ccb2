import { expect, test } from 'vitest';
import { Driver, inWords, outputs, sent, sharesIn } from '../driver.ts';
import { bytesOf, Committee, contextOf, digest, digestOf } from '../values.ts';

const c = new Committee();

const follower = (): Driver => {
  const d = new Driver();
  d.begin();
  return d;
};

test('a value is fetched by its digest from who proposed it, then from each member in turn', () => {
  const d = follower();
  const asked = d.hear(1, c.proposal(1, 7));
  expect(sent(asked, 'wantValue')).toMatchObject([{ digest: digest(7), to: 'v1' }]);
  expect(inWords(asked)).toContain('setTimer e/fetch 125');
  const turns = Array.from({ length: 4 }, () => sent(d.timer('fetch'), 'wantValue')[0]?.to);
  expect(turns).toEqual(['v3', 'v1', 'v2', 'v3']);
  const found = d.hear(3, c.value(7));
  expect(outputs(found, 'check')).toMatchObject([{ value: bytesOf(7) }]);
  expect(inWords(found)).toContain('clearTimer e/fetch');
  expect(inWords(d.timer('fetch'))).toEqual([]);
});

test('a value that nobody was asked for is ignored, unless a member sends it ahead of the proposal, once', () => {
  const d = follower();
  const before = d.state;
  d.hear('stranger', c.value(7));
  expect(d.state).toEqual(before);
  d.hear(1, c.value(7));
  d.hear(1, c.value(8));
  d.hear(2, c.value(9));
  expect([...d.engine.pushed]).toEqual([
    ['v1', bytesOf(7)],
    ['v2', bytesOf(9)],
  ]);
  expect(outputs(d.hear(1, c.proposal(1, 7)), 'check')).toHaveLength(1);
  expect(d.engine.pushed.size).toBe(0);
  d.hear(2, c.value(7));
  expect(d.engine.pushed.size).toBe(0);
});

test('a member that passes a proposal on sends its value ahead as the leader does', () => {
  const d = follower();
  d.hear(2, c.value(7));
  expect(outputs(d.hear(2, c.proposal(1, 7)), 'check')).toMatchObject([{ value: bytesOf(7) }]);
});

test('a member that shows the proposal before the leader does cannot keep the leader’s value out', () => {
  const ahead = follower();
  ahead.hear(1, c.value(7));
  ahead.hear(2, c.value(8));
  expect(outputs(ahead.hear(2, c.proposal(1, 7)), 'check')).toMatchObject([{ value: bytesOf(7) }]);
  const behind = follower();
  expect(sent(behind.hear(2, c.proposal(1, 7)), 'wantValue')).toMatchObject([{ to: 'v2' }]);
  expect(outputs(behind.hear(1, c.value(7)), 'check')).toMatchObject([{ value: bytesOf(7) }]);
});

test('of what the leader sends unasked, one value is looked at', () => {
  const d = follower();
  d.hear(2, c.proposal(1, 7));
  d.hear(1, c.value(8));
  expect(outputs(d.hear(1, c.value(7)), 'check')).toEqual([]);
  expect(outputs(d.hear(3, c.value(7)), 'check')).toEqual([]);
});

test('the value that one member sent ahead does not stand for the proposal that another sends', () => {
  const d = follower();
  d.hear(2, c.value(7));
  expect(sent(d.hear(1, c.proposal(1, 7)), 'wantValue')).toMatchObject([{ to: 'v1' }]);
});

test('bytes ahead of a proposal are hashed when the proposal holds, and not before', () => {
  const hashed: number[] = [];
  const digestOnce = (value: Uint8Array): undefined => void hashed.push(value.length);
  const d = new Driver({ digest: digestOnce });
  d.begin();
  d.hear(1, { TAG: 'value', data: { value: new Uint8Array(3) } });
  expect(hashed).toEqual([]);
  expect(sent(d.hear(1, c.proposal(1, 7)), 'wantValue')).toMatchObject([{ to: 'v1' }]);
  expect(hashed).toEqual([3]);
});

test('a value that the leader sent ahead, and did not propose, is fetched like any other', () => {
  const d = follower();
  d.hear(1, c.value(8));
  expect(sent(d.hear(1, c.proposal(1, 7)), 'wantValue')).toMatchObject([{ to: 'v1' }]);
  expect(outputs(d.hear(1, c.value(7)), 'check')).toMatchObject([{ digest: digest(7) }]);
});

test('while a value is fetched, only those who were asked are listened to, and each once an answer', () => {
  const d = follower();
  d.hear(1, c.proposal(1, 7));
  expect(outputs(d.hear(2, c.value(7)), 'check')).toEqual([]);
  d.hear(1, c.value(8));
  expect(outputs(d.hear(1, c.value(7)), 'check')).toEqual([]);
  d.timer('fetch');
  d.hear(3, { TAG: 'value', data: { value: Uint8Array.of(1) } });
  expect(outputs(d.hear(3, c.value(7)), 'check')).toEqual([]);
  d.timer('fetch');
  expect(outputs(d.hear(1, c.value(7)), 'check')).toHaveLength(1);
});

test('a value above the limit is not looked at', () => {
  const d = new Driver({ limits: { valueBytes: 7 } });
  d.begin();
  d.hear(1, c.value(7));
  expect(d.engine.pushed.size).toBe(0);
  d.hear(1, c.proposal(1, 7));
  expect(outputs(d.hear(1, c.value(7)), 'check')).toEqual([]);
});

test('the search goes on where it was when another view proposes the same value', () => {
  const d = new Driver({ n: 7 });
  const committee = new Committee(contextOf(7));
  d.begin();
  d.hear(1, committee.proposal(1, 7));
  d.timer('fetch');
  d.timer('fetch');
  const opening = [0, 1, 2, 3, 4].map((member) => committee.viewChange(member, 1));
  expect(sent(d.hear(2, committee.proposal(2, 7, { view: 1, opening })), 'wantValue')).toMatchObject([{ to: 'v2' }]);
  expect(sent(d.timer('fetch'), 'wantValue')).toMatchObject([{ to: 'v6' }]);
});

test('who asks for a value gets it, once between two repetitions', () => {
  const d = follower();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  const wanted = { TAG: 'wantValue', data: { digest: digest(7) } } as const;
  expect(sent(d.hear(2, wanted), 'value')).toMatchObject([{ value: bytesOf(7), to: 'v2' }]);
  expect(sent(d.hear(2, wanted), 'value')).toEqual([]);
  expect(sent(d.hear(3, wanted), 'value')).toHaveLength(1);
  d.timer('repeat');
  expect(sent(d.hear(2, wanted), 'value')).toHaveLength(1);
  expect(sent(d.hear(2, { TAG: 'wantValue', data: { digest: digest(8) } }), 'value')).toEqual([]);
});

test('values of failed views are let go, but those that were vouched for are kept', () => {
  const d = follower();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true });
  const opening = (view: number) => [0, 1, 2].map((member) => c.viewChange(member, view));
  d.hear(2, c.proposal(2, 8, { view: 1, opening: opening(1) }));
  d.hear(2, c.value(8));
  expect(d.engine.values.size).toBe(2);
  d.hear(3, c.value(9));
  d.hear(3, c.proposal(3, 9, { view: 2, opening: opening(2) }));
  expect(sent(d.hear(2, { TAG: 'wantValue', data: { digest: digest(7) } }), 'value')).toHaveLength(1);
  expect(sent(d.hear(2, { TAG: 'wantValue', data: { digest: digest(8) } }), 'value')).toEqual([]);
});

test('a decision without its value: fetched by digest, and by height from those who are ahead', () => {
  const d = follower();
  const decided = d.hear(1, c.certified('commit', 7));
  expect(outputs(decided, 'decide')).toEqual([]);
  expect(sent(decided, 'wantValue')).toMatchObject([{ digest: digest(7), to: 'v2' }]);
  expect(sent(decided, 'wantDecisions')).toMatchObject([{ from: 1, to: 'v2' }]);
  const next = d.timer('fetch');
  expect(sent(next, 'wantValue')).toMatchObject([{ to: 'v3' }]);
  expect(sent(next, 'wantDecisions')).toMatchObject([{ to: 'v3' }]);
  const found = d.hear(2, { TAG: 'decisions', data: { decisions: [c.decision(7)] } });
  expect(outputs(found, 'decide')).toMatchObject([{ digest: digest(7), value: bytesOf(7) }]);
  expect(inWords(d.timer('fetch'))).toEqual([]);
  expect(outputs(d.hear(3, c.value(7)), 'decide')).toEqual([]);
});

test('a decided value is handed over once', () => {
  const d = follower();
  d.hear(1, c.certified('commit', 7));
  expect(outputs(d.hear(2, c.value(7)), 'decide')).toHaveLength(1);
  const later = [
    ...d.hear(1, c.certified('commit', 7)),
    ...d.hear(2, c.value(7)),
    ...d.hear(2, { TAG: 'decisions', data: { decisions: [c.decision(7)] } }),
    ...d.timer('repeat'),
  ];
  expect(outputs(later, 'decide')).toEqual([]);
});

test('a leader that knows a certificate but not its value fetches it from the others, not from itself', () => {
  const d = new Driver({ self: 2 });
  d.begin();
  d.timer('view');
  d.hear(0, c.moves(0, 1, { view: 0, value: 7 }));
  const effects = d.hear(1, c.moves(1, 1));
  expect(sent(effects, 'value')).toEqual([]);
  expect(sent(effects, 'proposal')).toMatchObject([{ digest: digest(7), proof: { view: 0 } }]);
  expect(sent(effects, 'wantValue')).toMatchObject([{ to: 'v0' }]);
  expect(sharesIn(d.hear(0, c.value(7)))).toEqual([]);
  expect(d.engine.record.votes.prepare).toEqual(digest(7));
});

test('a member that was asked before others is still listened to', () => {
  const d = follower();
  d.hear(1, c.proposal(1, 7));
  d.timer('fetch');
  expect(outputs(d.hear(1, c.value(7)), 'check')).toHaveLength(1);
});

test('a value that is here is not hashed again when others that were asked send it', () => {
  let hashed = 0;
  const counted = (value: Uint8Array): Uint8Array | undefined => {
    hashed++;
    return digestOf(value);
  };
  const d = new Driver({ digest: counted });
  d.begin();
  d.hear(1, c.proposal(1, 7));
  d.timer('fetch');
  d.hear(1, c.value(7));
  expect(hashed).toBe(1);
  d.hear(3, c.value(7));
  expect(hashed).toBe(1);
});

test('a lone member that lacks the value of its decision has nobody to ask', () => {
  const d = new Driver({ n: 1 });
  d.begin();
  const alone = new Committee(contextOf(1));
  expect(inWords(d.hear('stranger', alone.certified('commit', 7, { members: [0] })))).toEqual([
    'verify from stranger',
    'clearTimer e/view',
  ]);
  expect(d.engine.fetching).toBeUndefined();
});
