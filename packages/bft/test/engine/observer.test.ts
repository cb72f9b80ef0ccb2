import { expect, test } from 'vitest';
import type { Message } from '../../src/testing.ts';
import { Driver, inWords, outputs, sent, sharesIn } from '../driver.ts';
import { bytesOf, Committee, contextOf, digest } from '../values.ts';

const c = new Committee();

test('an observer follows, serves and decides, and never votes', () => {
  const d = new Driver({ self: 9 });
  d.begin();
  const opening = [1, 2, 3].map((member) => c.viewChange(member, 1));
  const effects = [
    ...d.hear(1, c.value(7)),
    ...d.hear(1, c.proposal(1, 7)),
    ...d.hear(1, c.certified('prepare', 7)),
    ...d.timer('view'),
    ...d.timer('repeat'),
    ...d.hear(2, c.moves(2, 1)),
    ...d.hear(3, c.moves(3, 1)),
    ...d.command({ type: 'proposal', height: 1, view: 0, value: bytesOf(7) }),
    ...d.hear(2, c.proposal(2, 8, { view: 1, opening })),
    ...d.hear(2, c.value(8)),
    ...d.hear(2, c.certified('prepare', 8, { view: 1 })),
  ];
  expect(effects.filter(({ type }) => type === 'sign' || type === 'persist')).toEqual([]);
  expect(sharesIn(effects)).toEqual([]);
  expect(outputs(effects, 'check')).toEqual([]);
  expect(d.engine).toMatchObject({ member: -1, record: { view: 1 } });
  expect(outputs(d.hear(2, c.certified('commit', 8, { view: 1 })), 'decide')).toMatchObject([{ digest: digest(8) }]);
  const want: Message = { TAG: 'wantValue', data: { digest: digest(8) } };
  expect(sent(d.hear(3, want), 'value')).toHaveLength(1);
});

test('an observer that becomes a member votes from that height on, a member that leaves stops', () => {
  const d = new Driver({ self: 4 });
  d.begin(1);
  const five = contextOf(5);
  d.command({ type: 'begin', height: 2, context: five, parent: undefined });
  const committee = new Committee(five, undefined, 2);
  d.hear(2, committee.value(7));
  expect(outputs(d.hear(2, committee.proposal(2, 7)), 'check')).toHaveLength(1);
  const endorsed = d.command({ type: 'checked', height: 2, view: 0, digest: digest(7), valid: true });
  expect(sharesIn(endorsed)).toMatchObject([{ height: 2, to: 'v2' }]);
  const left = d.command({ type: 'begin', height: 3, context: contextOf(4), parent: undefined });
  expect(left.filter(({ type }) => type === 'sign')).toEqual([]);
  expect(sharesIn(d.hear(3, c.at(3).certified('prepare', 7)))).toEqual([]);
});

test('what a stranger relays counts for what it proves, not for who sent it', () => {
  const d = new Driver();
  d.begin();
  d.hear('stranger', c.proposal(1, 7));
  expect(d.engine.proposal?.digest).toEqual(digest(7));
  d.hear('stranger', c.moves(1, 5));
  expect(d.engine.viewChanges.size).toBe(0);
  expect(sharesIn(d.hear('stranger', c.certified('prepare', 7)))).toHaveLength(1);
});

test('a schedule that answers -1 makes no leader of an observer', () => {
  const schedule = {
    leader: () => -1,
    timeout: () => 1000,
    attachment: () => new Uint8Array(0),
    checkAttachment: () => true,
  };
  const d = new Driver({ self: 9, schedule });
  expect(outputs(d.begin(), 'propose')).toEqual([]);
});

test('an observer does not join a view that f + 1 members moved to', () => {
  const d = new Driver({ self: 9 });
  d.begin();
  for (const member of [1, 2]) expect(inWords(d.hear(member, c.moves(member, 1)))).toEqual([`verify from v${member}`]);
  expect(d.engine).toMatchObject({ stage: 'open', record: { view: 0 } });
});
