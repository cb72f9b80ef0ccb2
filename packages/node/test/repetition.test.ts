import { expect, test } from 'vitest';
import type { PoolEntry } from '../src/shard/pool-entry.ts';
import { createRepetition } from '../src/shard/repetition.ts';

const entry = (name: string, own = true, size = 1_000): PoolEntry => ({ name, own, size }) as PoolEntry;

const bench = (pending: PoolEntry[]) => {
  const said: string[] = [];
  const repetition = createRepetition(
    () => pending,
    ({ name }) => said.push(name),
  );
  return {
    pending,
    blocks(count: number): string[] {
      said.length = 0;
      for (let i = 0; i < count; i++) repetition.onFinal();
      return [...said];
    },
  };
};

test('own transactions that stay pending are said again every eighth block, those of others and new ones are not', () => {
  const { pending, blocks } = bench([entry('old'), entry('peer’s', false)]);
  expect(blocks(15)).toEqual([]);
  pending.push(entry('new'));
  expect(blocks(1)).toEqual(['old']);
  expect(blocks(7)).toEqual([]);
  expect(blocks(1)).toEqual(['old', 'new']);
  pending.shift();
  expect(blocks(8)).toEqual(['new']);
  pending.length = 0;
  expect(blocks(8)).toEqual([]);
});

test('so many bytes at a time, in turns', () => {
  const { blocks } = bench(Array.from({ length: 5 }, (_, i) => entry(`${i}`, true, 100 << 10)));
  expect(blocks(16)).toEqual(['0', '1']);
  expect(blocks(8)).toEqual(['2', '3']);
  expect(blocks(8)).toEqual(['4', '0']);
});

test('what left and came again is new', () => {
  const { pending, blocks } = bench([entry('a')]);
  expect(blocks(16)).toEqual(['a']);
  pending.length = 0;
  blocks(8);
  pending.push(entry('a'));
  expect(blocks(8)).toEqual([]);
  expect(blocks(8)).toEqual(['a']);
});
