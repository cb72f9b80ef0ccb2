import { expect, test } from 'vitest';
import { at, entriesOf, type PerServer, put } from '../src/machine/per-server.ts';

test('a value of each server is what was put last; the others are as they were', () => {
  const order = [700, 3, 31, 32, 0, 3, 4095];
  let all: PerServer<string> = [];
  const before: PerServer<string>[] = [];
  for (const [i, server] of order.entries()) {
    before.push(all);
    all = put(all, server, `${server} at ${i}`);
  }
  expect(entriesOf(all)).toEqual([
    [0, '0 at 4'],
    [3, '3 at 5'],
    [31, '31 at 2'],
    [32, '32 at 3'],
    [700, '700 at 0'],
    [4095, '4095 at 6'],
  ]);
  expect(at(all, 1)).toBeUndefined();
  expect(at(all, 4096)).toBeUndefined();
  expect(before.map((one) => entriesOf(one).length)).toEqual([0, 1, 2, 3, 4, 5, 5]);
  expect(at(before[5]!, 3)).toBe('3 at 1');
});

test('to put one value copies no more than the values of 32 servers', () => {
  let all: PerServer<number> = [];
  for (let server = 0; server < 1024; server++) all = put(all, server, server);
  const after = put(all, 500, 0);
  expect(after.filter((part, i) => part !== all[i]).length).toBe(1);
  expect(after.every((part) => part!.length <= 32)).toBe(true);
});
