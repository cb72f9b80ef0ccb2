import { expect, test } from 'vitest';
import { rotation } from '../../src/index.ts';
import { Driver, inWords } from '../driver.ts';
import { Committee, digest } from '../values.ts';

const c = new Committee();

/** Opens height 1, and waits for the application. */
const wait = (d: Driver): string[] =>
  inWords(d.command({ type: 'begin', height: 1, context: d.context, parent: undefined, waits: true }));
const go = (d: Driver, height = 1): string[] => inWords(d.command({ type: 'go', height }));

test('a height that waits has no time-out and asks for no proposal before the application says go', () => {
  const d = new Driver({ self: 1 });
  expect(wait(d)).toEqual(['setTimer e/repeat 250', 'broadcast status']);
  expect(go(d, 2)).toEqual([]);
  expect(go(d)).toEqual(['setTimer e/view 1000', 'output propose']);
  expect(go(d)).toEqual([]);
});

test('meanwhile it follows those that went ahead', () => {
  const d = new Driver();
  wait(d);
  d.hear(1, c.value(7));
  expect(inWords(d.hear(1, c.proposal(1, 7)))).toEqual(['verify from v1', 'output check']);
  d.command({ type: 'checked', height: 1, view: 0, digest: digest(7), valid: true });
  expect(go(d)).toEqual(['setTimer e/view 1000']);
  d.hear(1, c.certified('commit', 7));
  expect(d.engine.stage).toBe('decided');
});

test('and leaves view 0 with them', () => {
  const d = new Driver({ self: 3 });
  wait(d);
  for (const from of [0, 1])
    d.hear(from, { TAG: 'viewChange', data: { viewChange: c.viewChange(from, 1), proof: undefined } });
  expect(d.engine).toMatchObject({ stage: 'changing', record: { view: 1 } });
  expect(go(d)).toEqual([]);
});

const order = [0, 1, 2, 3];
const local = { ...rotation({ order, baseTimeout: 1000, maxTimeout: 8000 }), isAgreed: (view: number) => view > 0 };

test('where leaders are not agreed on, a proposal by another is passed over, and no lie', () => {
  const d = new Driver({ schedule: local });
  d.begin();
  expect(inWords(d.hear(3, c.proposal(3, 7)))).toEqual(['verify from v3']);
  expect([...d.engine.liars]).toEqual([]);
  expect(d.engine.proposal).toBeUndefined();
  d.hear(1, c.value(7));
  expect(inWords(d.hear(1, c.proposal(1, 7)))).toEqual(['verify from v1', 'output check']);
});

test('while the leader is not known nothing is verified, led, or endorsed', () => {
  const d = new Driver({ self: 1, schedule: { ...local, leader: () => -1 } });
  expect(inWords(d.begin())).toEqual(['setTimer e/view 1000', 'setTimer e/repeat 250', 'broadcast status']);
  expect(inWords(d.hear(3, c.proposal(3, 7)))).toEqual([]);
  expect(inWords(d.hear(3, c.certified('prepare', 7)))).toEqual(['verify from v3', 'persist record']);
  expect([...d.engine.liars]).toEqual([]);
  const observer = new Driver({ self: 9, schedule: { ...local, leader: () => -1 } });
  observer.begin();
  expect(inWords(observer.timer('repeat'))).not.toContain('output propose');
});
