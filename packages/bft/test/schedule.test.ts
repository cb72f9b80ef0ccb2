import { expect, test } from 'vitest';
import { rotation } from '../src/index.ts';

const schedule = rotation({ order: [2, 0, 1], baseTimeout: 100, maxTimeout: 1000 });

test('leadership rotates with height and view', () => {
  expect([0, 1, 2, 3].map((height) => schedule.leader(height, 0, []))).toEqual([2, 0, 1, 2]);
  expect([0, 1, 2, 3].map((view) => schedule.leader(1, view, []))).toEqual([0, 1, 2, 0]);
  expect(schedule.leader(0xffff_ffff, 0xffff_ffff, [])).toBe(2);
});

test('time-outs double with the view, up to the largest, in whole milliseconds', () => {
  expect([0, 1, 2, 3, 4, 5, 1000, 0xffff_ffff].map((view) => schedule.timeout(7, view))).toEqual([
    100, 200, 400, 800, 1000, 1000, 1000, 1000,
  ]);
});

test('view-changes carry nothing', () => {
  expect(schedule.attachment(1, 1)).toHaveLength(0);
  expect(schedule.checkAttachment(1, 1, 0, new Uint8Array(0))).toBe(true);
  expect(schedule.checkAttachment(1, 1, 0, new Uint8Array(1))).toBe(false);
});

test('an order that is no permutation and times that cannot be are refused', () => {
  const good = { order: [0, 1], baseTimeout: 1, maxTimeout: 1 };
  for (const bad of [
    { order: [] },
    { order: [0, 2] },
    { order: [0, 0] },
    { order: [1] },
    { baseTimeout: 0 },
    { baseTimeout: -1 },
    { baseTimeout: 1.5, maxTimeout: 3 },
    { baseTimeout: Number.NaN },
    { baseTimeout: 2, maxTimeout: 1 },
    { maxTimeout: Number.POSITIVE_INFINITY },
  ])
    expect(() => rotation({ ...good, ...bad }), JSON.stringify(bad)).toThrow(
      expect.objectContaining({ name: 'BftError', code: 'configuration' }),
    );
});
