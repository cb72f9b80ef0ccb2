import { describe, expect, test } from 'vitest';
import type { Schedule } from '../../src/schedule.ts';
import { encodeMessage } from '../../src/testing.ts';
import { Driver, inWords, outputs, sent, sharesIn, wire } from '../driver.ts';
import { bytesOf, Committee, contextOf, digest } from '../values.ts';

const c = new Committee();

/** Member 0, begun, in view 0 of height 1. */
const follower = (): Driver => {
  const d = new Driver();
  d.begin();
  return d;
};

/** The leader of view 1, moved there by its time-out. */
const nextLeader = (): Driver => {
  const d = new Driver({ self: 2 });
  d.begin();
  d.timer('view');
  return d;
};

test('a time-out: durable, closed, the clock stopped, then signed and told', () => {
  const d = follower();
  const effects = d.timer('view');
  expect(inWords(effects)).toEqual([
    'setTimer e/repeat 250',
    'persist record',
    'clearTimer e/view',
    'sign viewChange',
    'broadcast viewChange',
  ]);
  expect(sent(effects, 'viewChange')).toMatchObject([{ viewChange: c.viewChange(0, 1), proof: undefined }]);
  expect(sent(d.timer('repeat'), 'viewChange')).toHaveLength(1);
  expect(inWords(d.timer('view'))).toContain('broadcast viewChange');
  expect(d.engine.record.view).toBe(2);
});

test('a locked member carries its lock, with its certificate beside the signed claim', () => {
  const d = follower();
  d.hear(1, c.certified('prepare', 7));
  expect(sent(d.timer('view'), 'viewChange')).toMatchObject([
    { viewChange: { prepared: { view: 0, digest: digest(7) } }, proof: c.certificate('prepare', 7) },
  ]);
});

test('f members do not move the others, f + 1 do, to the lowest view that one of them must honestly be in', () => {
  const d = follower();
  expect(inWords(d.hear(1, c.moves(1, 5)))).toEqual(['verify from v1']);
  expect(d.engine).toMatchObject({ stage: 'open', record: { view: 0 } });
  const effects = d.hear(2, c.moves(2, 3));
  expect(sent(effects, 'viewChange')).toMatchObject([{ viewChange: { view: 3 } }]);
  // With its own there are three: a quorum, and the time-out of the view starts.
  expect(inWords(effects)).toContain('setTimer e/view 8000');
  // It leads view 3, and opens it when a quorum is exactly there; a member that moved on does not come back.
  expect(inWords(d.hear(1, c.moves(1, 3)))).toEqual([]);
  expect(d.engine.stage).toBe('changing');
  expect(outputs(d.hear(3, c.moves(3, 3)), 'propose')).toMatchObject([{ view: 3 }]);
});

test('the time-out of a view runs once a quorum is there, and not before', () => {
  const d = follower();
  d.timer('view');
  expect(inWords(d.hear(1, c.moves(1, 1)))).toEqual(['verify from v1']);
  expect(inWords(d.hear(3, c.moves(3, 2)))).toEqual(['verify from v3', 'setTimer e/view 2000']);
  expect(inWords(d.hear(2, c.moves(2, 1)))).toEqual(['verify from v2']);
});

test('the leader opens a view with a quorum, lowest members first, and asks for a fresh value', () => {
  const d = nextLeader();
  expect(outputs(d.hear(3, c.moves(3, 1)), 'propose')).toEqual([]);
  const effects = d.hear(0, c.moves(0, 1));
  expect(outputs(effects, 'propose')).toMatchObject([{ height: 1, view: 1 }]);
  expect(d.engine).toMatchObject({ stage: 'open', record: { view: 1 } });
  const [proposal] = sent(d.command({ type: 'proposal', height: 1, view: 1, value: bytesOf(7) }), 'proposal');
  expect(proposal).toMatchObject({
    view: 1,
    digest: digest(7),
    opening: [0, 2, 3].map((member) => c.viewChange(member, 1)),
    proof: undefined,
  });
});

test('another than the leader opens nothing', () => {
  const d = new Driver({ self: 3 });
  d.begin();
  d.timer('view');
  d.hear(0, c.moves(0, 1));
  const effects = d.hear(1, c.moves(1, 1));
  expect(outputs(effects, 'propose')).toEqual([]);
  expect(d.engine.stage).toBe('changing');
});

test('the leader proposes the highest prepared value that a view-change claims, with its certificate', () => {
  const d = new Driver({ self: 3 });
  d.begin();
  d.timer('view');
  d.hear(0, c.moves(0, 2, { view: 0, value: 5 }));
  // The certificate locks it in view 1, its second view-change moves it to view 2, where it makes the quorum.
  const effects = d.hear(1, c.moves(1, 2, { view: 1, value: 6 }));
  expect(outputs(effects, 'propose')).toEqual([]);
  const [proposal] = sent(effects, 'proposal');
  expect(proposal).toMatchObject({ view: 2, digest: digest(6), proof: c.certificate('prepare', 6, { view: 1 }) });
  expect(proposal?.opening.map(({ member, prepared }) => [member, prepared?.view])).toEqual([
    [0, 0],
    [1, 1],
    [3, 1],
  ]);
  // The value itself is fetched; with it, it is endorsed without asking the application.
  expect(sent(effects, 'wantValue')).toMatchObject([{ digest: digest(6), to: 'v1' }]);
  const valued = d.hear(1, c.value(6));
  expect(inWords(valued)).toEqual(['clearTimer e/fetch', 'persist value', 'persist record', 'sign endorsement']);
});

test('a prepared value is endorsed without asking the application, a fresh one after it agreed', () => {
  const opening = [0, 1, 2].map((member) => c.viewChange(member, 1, member === 1 ? claim(0, 7) : undefined));
  const d = follower();
  d.hear(2, c.value(7));
  const proof = c.certificate('prepare', 7);
  const effects = d.hear(2, c.proposal(2, 7, { view: 1, opening, proof }));
  expect(outputs(effects, 'check')).toEqual([]);
  expect(sharesIn([...effects, ...d.hear(2, c.value(7))])).toMatchObject([{ phase: 'prepare', view: 1, to: 'v2' }]);

  const fresh = follower();
  const bare = [0, 1, 2].map((member) => c.viewChange(member, 1));
  const asked = [...fresh.hear(2, c.proposal(2, 8, { view: 1, opening: bare })), ...fresh.hear(2, c.value(8))];
  expect(outputs(asked, 'check')).toMatchObject([{ view: 1, digest: digest(8), value: bytesOf(8), proposer: 2 }]);
  expect(sharesIn(asked)).toEqual([]);
});

const claim = (view: number, value: number) => ({ view, digest: digest(value) });

test('a lock yields to a higher prepared value, and to a quorum that claims none', () => {
  for (const higher of [true, false]) {
    const d = follower();
    d.hear(1, c.certified('prepare', 7));
    d.timer('view');
    const opening = [1, 2, 3].map((member) =>
      c.viewChange(member, 2, higher && member === 3 ? claim(1, 8) : undefined),
    );
    const proof = higher ? c.certificate('prepare', 8, { view: 1 }) : undefined;
    const proposal = c.proposal(3, 8, { view: 2, opening, ...(proof && { proof }) });
    d.hear(3, proposal);
    d.hear(3, c.value(8));
    d.command({ type: 'checked', height: 1, view: 2, digest: digest(8), valid: true });
    expect(d.engine.record).toMatchObject({ view: 2, votes: { prepare: digest(8) }, lock: { digest: digest(7) } });
    d.hear(3, c.certified('prepare', 8, { view: 2 }));
    expect(d.engine.record.lock).toMatchObject({ digest: digest(8), certificate: { view: 2 } });
  }
});

test('a member that refuses a fresh value moves to the next view at once', () => {
  const d = follower();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  const effects = d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: false });
  expect(sent(effects, 'viewChange')).toMatchObject([{ viewChange: { view: 1 } }]);
  expect(sharesIn(effects)).toEqual([]);
});

test('after a move, no share of a lower view leaves, though its signature was under way', () => {
  const d = follower();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  d.step({ type: 'command', value: { type: 'checked', height: 1, view: 0, digest: digest(7), valid: true } });
  d.step({ type: 'timer', id: 'e/view' });
  expect(sharesIn(d.answer())).toEqual([]);
});

test('a view-change is repeated once it is signed, and until its view is open', () => {
  const d = follower();
  d.step({ type: 'timer', id: 'e/view' });
  expect(inWords(d.step({ type: 'timer', id: 'e/repeat' }))).toEqual(['setTimer e/repeat 250', 'send v1 status']);
  d.answer();
  expect(sent(d.timer('repeat'), 'viewChange')).toHaveLength(1);
  d.hear(2, c.proposal(2, 8, { view: 1, opening: [0, 1, 2].map((member) => c.viewChange(member, 1)) }));
  expect(sent(d.timer('repeat'), 'viewChange')).toEqual([]);
});

test('a view-change that was signed too late is not sent', () => {
  const d = follower();
  d.step({ type: 'timer', id: 'e/view' });
  d.step({ type: 'timer', id: 'e/view' });
  expect(sent(d.answer(), 'viewChange')).toMatchObject([{ viewChange: { view: 2 } }]);
  d.step({ type: 'timer', id: 'e/view' });
  const [late] = d.open.splice(0);
  d.begin(2);
  for (let view = 1; view <= 3; view++) d.step({ type: 'timer', id: 'e/view' });
  d.open = [late!];
  expect(inWords(d.answer())).toEqual([]);
});

test('a view-change that was signed when its view is open is not sent', () => {
  const d = follower();
  d.step({ type: 'timer', id: 'e/view' });
  const open = d.open.splice(0);
  d.hear(2, c.proposal(2, 8, { view: 1, opening: [1, 2, 3].map((member) => c.viewChange(member, 1)) }));
  d.open.push(...open);
  expect(inWords(d.answer())).toEqual([]);
});

test('a leader that knows of a prepared value which no view-change claims is free', () => {
  const d = nextLeader();
  d.hear(0, c.moves(0, 2, { view: 0, value: 7 }));
  expect(d.engine.highest).toMatchObject({ digest: digest(7) });
  d.hear(1, c.moves(1, 1));
  expect(outputs(d.hear(3, c.moves(3, 1)), 'propose')).toMatchObject([{ view: 1 }]);
});

test('a member that was left behind in a view is shown the proposal that opened the next', () => {
  const d = follower();
  const opening = [0, 1, 2].map((member) => c.viewChange(member, 1));
  const proposal = c.proposal(2, 8, { view: 1, opening });
  d.hear(2, proposal);
  expect(sent(d.hear(3, c.moves(3, 1)), 'proposal')).toMatchObject([{ ...proposal.data, to: 'v3' }]);
  // Once between two repetitions, whatever is asked.
  expect(sent(d.hear(3, c.moves(3, 1)), 'proposal')).toEqual([]);
  expect(sent(d.hear(1, c.moves(1, 2)), 'proposal')).toEqual([]);
  d.timer('repeat');
  expect(sent(d.hear(3, c.moves(3, 1)), 'proposal')).toHaveLength(1);
});

test('a member that has decided shows the decision to those who have not, at a view-change and now and then', () => {
  const d = follower();
  d.hear(1, c.value(7));
  d.hear(1, c.proposal(1, 7));
  d.hear(1, c.certified('commit', 7));
  expect(sent(d.hear(3, c.moves(3, 1)), 'certified')).toMatchObject([{ phase: 'commit', digest: digest(7), to: 'v3' }]);
  expect(sent(d.hear(3, c.moves(3, 1)), 'certified')).toEqual([]);
  expect(sent(d.timer('repeat'), 'certified')).toMatchObject([{ phase: 'commit', certificate: { view: 0 } }]);
  expect(inWords(d.timer('view'))).toEqual([]);
  expect(inWords(d.hear(2, c.proposal(2, 8, { view: 1, opening: [0, 1, 2].map((i) => c.viewChange(i, 1)) })))).toEqual(
    [],
  );
});

test('members are told in turn, whatever else goes on', () => {
  const d = follower();
  const listeners = Array.from({ length: 6 }, () => sent(d.timer('repeat'), 'status')[0]?.to);
  expect(listeners).toEqual(['v1', 'v2', 'v3', 'v1', 'v2', 'v3']);
});

test('what is repeated: the proposal until it is prepared, then the certificate to one member in turn', () => {
  const d = new Driver({ self: 1 });
  d.begin();
  d.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(7) });
  expect(inWords(d.timer('repeat'))).toEqual(['setTimer e/repeat 250', 'send v0 status', 'broadcast proposal']);
  for (const member of [0, 2]) d.hearShare(member, c.share(member, 'prepare', 7));
  expect(inWords(d.timer('repeat'))).toEqual(['setTimer e/repeat 250', 'send v2 status', 'send v2 certified prepare']);
  const follows = follower();
  follows.hear(1, c.value(7));
  follows.hear(1, c.proposal(1, 7));
  expect(sent(follows.timer('repeat'), 'proposal')).toEqual([]);
  follows.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true });
  expect(inWords(follows.timer('repeat'))).toEqual([
    'setTimer e/repeat 250',
    'send v2 status',
    'send v1 share prepare',
  ]);
  follows.hear(1, c.certified('prepare', 7));
  expect(inWords(follows.timer('repeat'))).toEqual([
    'setTimer e/repeat 250',
    'send v3 status',
    'send v3 certified prepare',
    'send v1 share commit',
  ]);
  follows.hear(1, c.certified('commit', 7));
  expect(inWords(follows.timer('repeat'))).toEqual([
    'setTimer e/repeat 250',
    'send v1 status',
    'send v1 certified commit',
  ]);
});

test('committees larger than four: the joined view is that of the (f + 1)th highest', () => {
  const committee = new Committee(contextOf(7));
  const d = new Driver({ n: 7 });
  d.begin();
  d.hear(1, committee.moves(1, 9));
  d.hear(2, committee.moves(2, 8));
  expect(d.engine.record.view).toBe(0);
  d.hear(3, committee.moves(3, 4));
  expect(d.engine.record.view).toBe(4);
});

test('a schedule may ask for attachments, and refuse them', () => {
  const schedule = {
    leader: (height: number, view: number) => (height + view) % 4,
    timeout: () => 100,
    attachment: (_height: number, view: number) => Uint8Array.of(view),
    checkAttachment: (_height: number, view: number, member: number, attachment: Uint8Array) =>
      attachment.length === 1 && attachment[0] === view && member !== 3,
  };
  const d = new Driver({ schedule });
  d.begin();
  expect(sent(d.timer('view'), 'viewChange')).toMatchObject([{ viewChange: { attachment: Uint8Array.of(1) } }]);
  const attached = (member: number, attachment: Uint8Array<ArrayBuffer>) => ({
    TAG: 'viewChange' as const,
    data: { viewChange: c.viewChange(member, 1, undefined, attachment), proof: undefined },
  });
  expect(inWords(d.hear(1, attached(1, Uint8Array.of(1))))).toContain('verify from v1');
  expect(inWords(d.hear(2, attached(2, Uint8Array.of(2))))).toEqual([]);
  expect(inWords(d.hear(3, attached(3, Uint8Array.of(1))))).toEqual([]);
  expect(encodeMessage(attached(1, new Uint8Array(1024))).length).toBeGreaterThan(1024);
  expect(() => encodeMessage(attached(1, new Uint8Array(1025)))).toThrow();
});

test('a leader that the view-changes decide is the one that signs, is sent the shares, and proposes', () => {
  const schedule = {
    leader: (_height: number, _view: number, opening: readonly { readonly member: number }[]) =>
      opening.length === 0 ? 1 : opening.at(-1)!.member,
    timeout: () => 1000,
    attachment: () => new Uint8Array(0),
    checkAttachment: () => true,
  };
  const opening = [0, 1, 3].map((member) => c.viewChange(member, 1));
  const d = new Driver({ schedule });
  d.begin();
  expect(inWords(d.hear(1, c.proposal(1, 7, { view: 1, opening })))).toEqual(['verify from v1']);
  d.hear(3, c.proposal(3, 7, { view: 1, opening }));
  expect(outputs(d.hear(3, c.value(7)), 'check')).toMatchObject([{ proposer: 3 }]);
  const shares = sharesIn(d.command({ type: 'checked', height: 1, view: 1, digest: digest(7), valid: true }));
  expect(shares).toMatchObject([{ to: 'v3' }]);
  const leads = new Driver({ self: 3, schedule });
  leads.begin();
  leads.timer('view');
  leads.hear(0, c.moves(0, 1));
  expect(outputs(leads.hear(1, c.moves(1, 1)), 'propose')).toHaveLength(1);
});

/** A leader of whom the view-changes that open its view decide: the last member among them. */
const byOpening = {
  leader: (_height: number, _view: number, opening: readonly { readonly member: number }[]) =>
    opening.at(-1)?.member ?? 1,
  timeout: () => 1000,
  attachment: () => new Uint8Array(0),
  checkAttachment: () => true,
};

test('the members of a quorum below the view do not start its time-out', () => {
  const d = follower();
  d.hear(1, c.moves(1, 1));
  d.timer('view');
  d.timer('view');
  expect(inWords(d.hear(2, c.moves(2, 2)))).toEqual(['verify from v2']);
  expect(inWords(d.hear(3, c.moves(3, 2)))).toEqual(['verify from v3', 'setTimer e/view 4000']);
});

test('a view that its leader opened is not opened again by those who come later', () => {
  const d = nextLeader();
  d.hear(3, c.moves(3, 1));
  d.hear(0, c.moves(0, 1));
  expect(inWords(d.hear(1, c.moves(1, 1)))).toEqual(['verify from v1']);
});

/** A leader of whom tickets decide: the first of `order` whose view-change is there. */
const byRank = (...order: readonly number[]) => ({
  ...byOpening,
  leader: (_height: number, _view: number, opening: readonly { readonly member: number }[]) =>
    order.find((ranked) => opening.some(({ member }) => member === ranked)) ?? 1,
});

/** Member 2, which has left view 0, under a schedule. */
const moved = (schedule: Schedule) => {
  const d = new Driver({ self: 2, schedule });
  d.begin();
  d.timer('view');
  return d;
};

test('a quorum opens a view and no more, and whoever leads by it is one of them', () => {
  const d = moved(byRank(2));
  expect(outputs(d.hear(3, c.moves(3, 1)), 'propose')).toEqual([]);
  expect(outputs(d.hear(1, c.moves(1, 1)), 'propose')).toHaveLength(1);
  expect(d.engine.opening.map(({ member }) => member)).toEqual([1, 2, 3]);
});

test('a member that leads by a quorum alone, and not by all that moved, does not lead', () => {
  const d = moved(byRank(1, 2));
  d.hear(0, c.moves(0, 1));
  expect(outputs(d.hear(1, c.moves(1, 1)), 'propose')).toEqual([]);
  expect(outputs(d.hear(3, c.moves(3, 1)), 'propose')).toEqual([]);
});

test('of those that moved the first quorum is shown by which the member leads', () => {
  const shown = (openings: string): number[] => {
    // It leads by all four of them, and by some three.
    const leader: Schedule['leader'] = (_height, _view, opening) =>
      opening.length === 4 || openings.includes(opening.map(({ member }) => member).join('')) ? 2 : 1;
    const d = moved({ ...byOpening, leader, gather: () => 50 });
    for (const member of [3, 0, 1]) d.hear(member, c.moves(member, 1));
    d.timer('gather');
    return d.engine.opening.map(({ member }) => member);
  };
  expect(shown('023 012 123')).toEqual([0, 2, 3]);
  expect(shown('012 123')).toEqual([0, 1, 2]);
  expect(shown('123')).toEqual([1, 2, 3]);
  expect(shown('')).toEqual([]);
});

describe('a schedule that gathers', () => {
  const gathering = (...order: readonly number[]) => ({ ...byRank(...order), gather: () => 50 });

  test('lets a member that has a quorum wait for the others before it leads', () => {
    const d = moved(gathering(2));
    expect(inWords(d.hear(3, c.moves(3, 1)))).not.toContain('setTimer e/gather 50');
    expect(inWords(d.hear(1, c.moves(1, 1)))).toContain('setTimer e/gather 50');
    expect(inWords(d.hear(0, c.moves(0, 1)))).not.toContain('setTimer e/gather 50');
    expect(outputs(d.timer('gather'), 'propose')).toHaveLength(1);
    expect(d.timer('gather')).toEqual([]);
  });

  test('has it find who leads by the others', () => {
    const d = moved(gathering(0, 2));
    d.hear(3, c.moves(3, 1));
    d.hear(1, c.moves(1, 1));
    d.hear(0, c.moves(0, 1));
    expect(d.timer('gather')).toEqual([]);
  });

  test('is asked again in each view, and a wait of a view that was left does not end that of the next', () => {
    const d = moved(gathering(2));
    d.hear(3, c.moves(3, 1));
    d.hear(1, c.moves(1, 1));
    d.timer('view');
    expect(d.timer('gather')).toEqual([]);
    d.hear(3, c.moves(3, 2));
    expect(inWords(d.hear(1, c.moves(1, 2)))).toContain('setTimer e/gather 50');
    expect(d.engine.stage).toBe('changing');
    expect(outputs(d.timer('gather'), 'propose')).toHaveLength(1);
  });
});

test('view-changes that are verified after the decision move nobody', () => {
  const d = follower();
  for (const member of [1, 2]) d.step({ type: 'message', from: `v${member}`, bytes: wire(c.moves(member, 1)) });
  const open = d.open.splice(0);
  d.hear(3, c.certified('commit', 7));
  d.open.push(...open);
  expect(inWords(d.answer())).toEqual([]);
  expect(d.engine).toMatchObject({ stage: 'decided', record: { view: 0 } });
});

test('of two view-changes of one member under way at once the higher stands', () => {
  const d = follower();
  for (const view of [5, 3]) d.step({ type: 'message', from: 'v1', bytes: wire(c.moves(1, view)) });
  d.answer();
  expect(d.engine.viewChanges.get(1)?.view).toBe(5);
});

test('what a view gathered is gone with it, whether its time-out ends it or a higher view is shown to be open', () => {
  const opening = [0, 1, 2].map((member) => c.viewChange(member, 1));
  for (const times of [true, false]) {
    const d = follower();
    d.hear(1, c.value(7));
    d.hear(1, c.proposal(1, 7));
    d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true });
    d.hear(1, c.certified('prepare', 7));
    if (times) d.timer('view');
    const asked = [...d.hear(2, c.proposal(2, 7, { view: 1, opening })), ...d.hear(2, c.value(7))];
    // Fresh by the view-changes: the application is asked again, and the vote of the view before does not bind.
    expect(outputs(asked, 'check'), `${times}`).toMatchObject([{ view: 1, digest: digest(7) }]);
    expect(d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true })).toEqual([]);
    const shares = sharesIn(d.command({ type: 'checked', height: 1, view: 1, digest: digest(7), valid: true }));
    expect(shares).toMatchObject([{ phase: 'prepare', view: 1, to: 'v2' }]);
    // The certificate of the view before is not what is repeated.
    expect(inWords(d.timer('repeat'))).toEqual([
      'setTimer e/repeat 250',
      expect.stringMatching(/^send v. status$/),
      'send v2 share prepare',
    ]);
  }
});

test('a value that was sent ahead in one view does not stand in the way of another in the next', () => {
  const d = follower();
  d.hear(2, c.value(9));
  d.timer('view');
  d.hear(2, c.value(8));
  const opening = [0, 1, 2].map((member) => c.viewChange(member, 1));
  expect(outputs(d.hear(2, c.proposal(2, 8, { view: 1, opening })), 'check')).toHaveLength(1);
});

test('the view-change to a view that was left is not repeated', () => {
  const d = follower();
  d.timer('view');
  d.step({ type: 'timer', id: 'e/view' });
  expect(sent(d.step({ type: 'timer', id: 'e/repeat' }), 'viewChange')).toEqual([]);
});

test('a proposal is repeated by its leader alone, whoever led the view before', () => {
  const d = new Driver({ self: 3, schedule: byOpening });
  d.begin();
  d.timer('view');
  d.hear(0, c.moves(0, 1));
  expect(outputs(d.hear(1, c.moves(1, 1)), 'propose')).toHaveLength(1);
  const opening = [0, 1, 2].map((member) => c.viewChange(member, 2));
  d.hear(2, c.proposal(2, 7, { view: 2, opening }));
  expect(d.engine).toMatchObject({ stage: 'open', proposal: { view: 2 } });
  expect(sent(d.timer('repeat'), 'proposal')).toEqual([]);
});
