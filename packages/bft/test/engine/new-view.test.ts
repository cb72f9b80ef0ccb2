import { describe, expect, test } from 'vitest';
import type { Certificate, Claim, ViewChange } from '../../src/index.ts';
import type { Message } from '../../src/testing.ts';
import { Driver, inWords, outputs, sent, sharesIn, wire } from '../driver.ts';
import { bytesOf, Committee, digest } from '../values.ts';

const c = new Committee();
const claim = (view: number, value: number): Claim => ({ view, digest: digest(value) });

/** Member 0, locked on nothing, in view 0 of height 1. */
const follower = (): Driver => {
  const d = new Driver();
  d.begin();
  return d;
};

const moves = (view: number, claims: Readonly<Record<number, Claim>> = {}, members = [0, 1, 2]): ViewChange[] =>
  members.map((member) => c.viewChange(member, view, claims[member]));

interface NewView {
  readonly leader?: number;
  readonly view?: number;
  readonly value?: number;
  readonly opening: readonly ViewChange[];
  readonly proof?: Certificate;
}

const newView = ({ leader, view = 2, value = 7, opening, proof }: NewView): Message =>
  c.proposal(leader ?? (1 + view) % 4, value, { view, opening, ...(proof && { proof }) });

const good = moves(2);
const [first, second, third] = good as [ViewChange, ViewChange, ViewChange];
const spoilt = (change: ViewChange): ViewChange => ({ ...change, signature: change.signature.map((byte) => byte ^ 1) });
const prepare = (view: number, members = [1, 2, 3], value = 7): Certificate =>
  c.certificate('prepare', value, { view, members });

/** Nothing of it is believed: the view stays closed. */
const refused: Readonly<Record<string, NewView>> = {
  'no view-changes': { opening: [] },
  'a view-change less than a quorum': { opening: good.slice(1) },
  'one member twice': { opening: [first, first, second] },
  'members out of order': { opening: [second, first, third] },
  'more view-changes than members': { opening: [...good, c.viewChange(3, 2), c.viewChange(4, 2)] },
  'a view-change more than a quorum': { opening: [...good, c.viewChange(3, 2)] },
  'a view-change to another view': { opening: [first, second, c.viewChange(2, 1)] },
  'a view-change of another height': { opening: [first, second, c.at(2).viewChange(2, 2)] },
  'a view-change whose signature does not hold': { opening: [first, second, spoilt(third)] },
  'a view-change signed by another member': { opening: [first, second, { ...second, member: 2 }] },
  'a view-change of nobody': { opening: [first, second, c.viewChange(9, 2)] },
  'a view-change whose claim was changed': { opening: [first, second, { ...third, prepared: claim(0, 7) }] },
  'a claim from the view itself': { opening: moves(2, { 1: claim(2, 7) }), proof: prepare(1) },
  'a claim from a higher view': { opening: moves(2, { 1: claim(3, 7) }), proof: prepare(1) },
  'an attachment that the schedule did not ask for': {
    opening: [first, second, c.viewChange(2, 2, undefined, Uint8Array.of(1))],
  },
  'a proposal by another member than the leader': { opening: good, leader: 1 },
  'a proof from the view itself': { opening: good, proof: prepare(2) },
  'a proof from a higher view': { opening: good, proof: prepare(3) },
  'a proof of less than a quorum': { opening: moves(2, { 1: claim(1, 7) }), proof: prepare(1, [1, 2]) },
  'a proof of the commit phase': {
    opening: moves(2, { 1: claim(1, 7) }),
    proof: c.certificate('commit', 7, { view: 1 }),
  },
  'a proof of another value': { opening: moves(2, { 1: claim(1, 8) }), proof: prepare(1, [1, 2, 3], 8) },
  'a proof with a mask of another committee': {
    opening: moves(2, { 1: claim(1, 7) }),
    proof: { ...prepare(1), mask: Uint8Array.of(14, 0) },
  },
  'view 0 with view-changes': { view: 0, opening: moves(0) },
  'view 0 with a proof': { view: 0, opening: [], proof: prepare(0) },
};

/** The view is open, but its leader lies: what it proposes is not obeyed, and the next view is due. */
const disobeyed: Readonly<Record<string, NewView>> = {
  'a claim, and no proof': { opening: moves(2, { 1: claim(0, 7) }) },
  'a claim of another value, and no proof': { opening: moves(2, { 1: claim(1, 8) }) },
  'a proof below the highest claim': { opening: moves(2, { 0: claim(1, 8), 1: claim(0, 7) }), proof: prepare(0) },
  'a proof below a claim of the same value': { opening: moves(2, { 0: claim(1, 7) }), proof: prepare(0) },
  'a proof as high as a claim of another value': { opening: moves(2, { 2: claim(1, 8) }), proof: prepare(1) },
};

/** Obeyed: fresh values after the application's check, prepared ones without. */
const obeyed: Readonly<Record<string, NewView & { readonly fresh: boolean }>> = {
  'no claim, no proof': { opening: good, fresh: true },
  'another quorum': { opening: moves(2, {}, [0, 2, 3]), fresh: true },
  'a claim and its proof': { opening: moves(2, { 1: claim(1, 7) }), proof: prepare(1), fresh: false },
  'two claims and the proof of the higher': {
    opening: moves(2, { 0: claim(0, 8), 1: claim(1, 7) }),
    proof: prepare(1),
    fresh: false,
  },
  'a proof above each claim': { opening: moves(2, { 0: claim(0, 8) }), proof: prepare(1), fresh: false },
  'a proof without a claim': { opening: good, proof: prepare(1), fresh: false },
  'claims of one value, from two views': {
    opening: moves(2, { 0: claim(0, 7), 1: claim(1, 7) }),
    proof: prepare(1),
    fresh: false,
  },
};

describe('a new view is refused', () => {
  for (const [name, what] of Object.entries(refused))
    test(name, () => {
      const d = follower();
      const effects = d.hear(3, newView(what));
      expect(inWords(effects).filter((word) => !word.startsWith('verify'))).toEqual([]);
      expect(d.engine).toMatchObject({ stage: 'open', record: { view: 0 }, proposal: undefined });
    });
});

describe('a new view is open, and its proposal not obeyed', () => {
  for (const [name, what] of Object.entries(disobeyed)) {
    test(`${name}: from the leader itself it ends the view`, () => {
      const d = follower();
      d.hear(3, { TAG: 'value', data: { value: bytesOf(7) } });
      const effects = d.hear(3, newView(what));
      expect(sharesIn(effects)).toEqual([]);
      expect(sent(effects, 'viewChange')).toMatchObject([{ viewChange: { view: 3 } }]);
    });
    test(`${name}: from another member it is not held against the leader`, () => {
      const d = follower();
      expect(sent(d.hear(1, newView(what)), 'viewChange')).toEqual([]);
      expect(d.engine).toMatchObject({ stage: 'open', record: { view: 2 }, proposal: undefined });
      d.hear(3, newView({ opening: good }));
      expect(d.engine.proposal?.opening).toEqual(good);
    });
  }
});

describe('a new view is obeyed', () => {
  test('by a member that waits for it, and by one that is still on its way', () => {
    for (const timeouts of [0, 1, 2]) {
      const d = follower();
      for (let i = 0; i < timeouts; i++) d.timer('view');
      d.hear(3, newView({ opening: good }));
      expect(d.engine).toMatchObject({ stage: 'open', record: { view: 2 }, proposal: { view: 2 } });
    }
  });

  test('not by one that has moved on, decided, or begun the next height while it was verified', () => {
    const meanwhile: readonly ((d: Driver) => void)[] = [
      (d) => void [0, 1, 2].map(() => d.step({ type: 'timer', id: 'e/view' })),
      (d) => void d.hear(1, c.certified('commit', 8)),
      (d) => void d.begin(2),
    ];
    for (const happens of meanwhile) {
      const d = follower();
      d.step({ type: 'message', from: 'v3', bytes: wire(newView({ opening: good })) });
      const open = d.open.splice(0);
      happens(d);
      const { stage, proposal, record } = d.engine;
      d.open.push(...open);
      d.answer();
      expect(d.engine).toMatchObject({ stage, proposal, record: { view: record.view } });
    }
  });

  for (const [name, { fresh, ...what }] of Object.entries(obeyed))
    test(name, () => {
      const d = follower();
      const effects = [...d.hear(3, newView(what)), ...d.hear(3, { TAG: 'value', data: { value: bytesOf(7) } })];
      expect(d.engine).toMatchObject({ stage: 'open', record: { view: 2 } });
      expect(d.engine.highest?.certificate).toEqual(what.proof);
      expect(outputs(effects, 'check')).toHaveLength(fresh ? 1 : 0);
      expect(sharesIn(effects)).toHaveLength(fresh ? 0 : 1);
    });
});

describe('a view-change', () => {
  const alone = (viewChange: ViewChange, proof?: Certificate): Message => ({
    TAG: 'viewChange',
    data: { viewChange, proof },
  });
  const cases: Readonly<Record<string, readonly [boolean, Message]>> = {
    plain: [true, c.moves(1, 2)],
    'with a claim and its certificate': [true, c.moves(1, 2, { view: 1, value: 7 })],
    'with a certificate and no claim': [true, alone(c.viewChange(1, 2), prepare(1))],
    'to view 0': [false, alone(c.viewChange(1, 0))],
    'of another member than its sender': [false, alone(c.viewChange(2, 2))],
    'of nobody': [false, alone(c.viewChange(9, 2))],
    'with a signature that does not hold': [false, alone(spoilt(c.viewChange(1, 2)))],
    'with a claim and no certificate': [false, alone(c.viewChange(1, 2, claim(1, 7)))],
    'with a certificate of a lower view than its claim': [false, alone(c.viewChange(1, 2, claim(1, 7)), prepare(0))],
    'with a certificate of another value': [
      false,
      alone(c.viewChange(1, 2, claim(1, 7)), c.certificate('prepare', 8, { view: 1 })),
    ],
    'with a certificate of too few': [false, alone(c.viewChange(1, 2, claim(1, 7)), prepare(1, [1, 2]))],
    'with a claim from its own view': [false, alone(c.viewChange(1, 2, claim(2, 7)), prepare(2))],
  };
  for (const [name, [counts, message]] of Object.entries(cases))
    test(`${name}: ${counts ? 'counts' : 'does not count'}`, () => {
      const d = follower();
      d.hear(1, message);
      expect(d.engine.viewChanges.size).toBe(counts ? 1 : 0);
    });

  test('a claim that a verified certificate covers needs none, and none is verified', () => {
    const d = follower();
    d.hear(1, c.moves(1, 3, { view: 1, value: 7 }));
    for (const [member, covered] of [
      [2, claim(1, 7)],
      [3, claim(0, 8)],
    ] as const) {
      const effects = d.hear(member, alone(c.viewChange(member, 3, covered), prepare(0, [1])));
      expect(effects.find(({ type }) => type === 'verify')).toMatchObject({
        type: 'verify',
        statement: { certificates: [] },
      });
    }
    expect(d.engine.viewChanges.size).toBe(4);
  });

  test('a claim as high as a certificate, of another value, is not covered', () => {
    const d = follower();
    d.hear(1, c.moves(1, 3, { view: 1, value: 7 }));
    d.hear(2, alone(c.viewChange(2, 3, claim(1, 8))));
    expect([...d.engine.viewChanges.keys()]).toEqual([1]);
  });

  test('a lower certificate, shown later, does not replace a higher one', () => {
    const d = follower();
    d.hear(1, c.moves(1, 3, { view: 1, value: 7 }));
    d.hear(3, newView({ value: 8, opening: good, proof: prepare(0, [1, 2, 3], 8) }));
    expect(d.engine).toMatchObject({ record: { view: 2 }, highest: { digest: digest(7), certificate: { view: 1 } } });
  });

  test('its certificate counts like one that came alone: it locks in an open view', () => {
    const d = follower();
    const effects = d.hear(1, c.moves(1, 1, { view: 0, value: 7 }));
    expect(sharesIn(effects)).toMatchObject([{ phase: 'commit', view: 0, digest: digest(7) }]);
    expect(d.engine.highest).toMatchObject({ digest: digest(7) });
  });

  test('a lower one of the same member, or of a lower view than ours, is not verified', () => {
    const d = follower();
    d.hear(1, c.moves(1, 3));
    for (const view of [1, 2, 3]) expect(inWords(d.hear(1, c.moves(1, view)))).toEqual([]);
    d.timer('view');
    d.timer('view');
    expect(inWords(d.hear(2, c.moves(2, 1)))).toEqual([]);
  });
});
